kind-individual = Person
kind-organization = Organisation

status-inbox = Received
status-active = In the register
status-withdrawn = Withdrawn
status-erased = Erased

source-page = Registration page
source-kiosk = Reception desk
source-qr = QR code
source-paper = Paper form
source-google_csv = Google form
source-csv = Table file
source-phone = Telephone
source-partner = Partner organisation

email-state-unconfirmed = Not confirmed
email-state-ok = Confirmed
email-state-bounced = Mail came back
email-state-none = None

contact-email = E-mail
contact-post = Post
contact-phone = Telephone
contact-none = No contact

interest-film = Refugee film evenings
interest-photo = Photograph exhibitions
interest-symposium = Symposia
interest-festival = Refugee festival
interest-school = School seminars
interest-workshop = Workshops
interest-jobs = Help with work
interest-housing = Help with housing
interest-place = A place to be, self-reliance
interest-volunteer = Volunteering

public-name-no = Not published
public-name-name = Full name
public-name-initials = Initials
public-name-pseudonym = Chosen name

org-type-npo = NPO corporation
org-type-general = General association or foundation
org-type-public_interest = Public interest association or foundation
org-type-welfare = Social welfare corporation
org-type-school = School
org-type-religious = Religious corporation
org-type-company = Company
org-type-government = Public office
org-type-voluntary = Voluntary association
org-type-other = Other

purpose-P1 = Keeping in the register
purpose-P2 = Notices of events by e-mail
purpose-P3 = Publishing the name
purpose-P4 = Contact by post or telephone
purpose-P5 = Sharing with a partner organisation
purpose-P6 = Photographs and recordings
purpose-P7 = Using an offer of work or housing

decision-given = Agreed
decision-refused = Refused
decision-withdrawn = Withdrawn

channel-page = Registration page
channel-kiosk = Reception desk
channel-qr = QR code
channel-paper = Paper
channel-import = Import
channel-email = E-mail
channel-phone = Telephone
channel-in_person = In person
channel-partner = Partner organisation

language-ja = Japanese
language-easy-ja = Easy Japanese
language-en = English

field-name = Name
field-kana = Reading
field-affiliation = Affiliation
field-role = Role
field-guardian_name = Name of guardian
field-org_name = Organisation
field-org_kana = Reading of the organisation
field-representative_name = Representative
field-representative_kana = Reading of the representative
field-representative_title = Title of the representative
field-contact_name = Contact person
field-contact_kana = Reading of the contact person
field-contact_dept = Department
field-contact_title = Title of the contact person
field-corporate_no = Corporate number
field-url = Web site
field-members_approx = Members, about
field-email = E-mail address
field-tel = Telephone
field-fax = Fax
field-postcode = Postcode
field-prefecture = Prefecture
field-city = City
field-street = Street and number
field-building = Building, room
field-message = Message
field-display_name = Name to publish
field-title_override = Title
field-notes = Notes
