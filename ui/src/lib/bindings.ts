// Generated from crates/kyosei-contract by its test; do not edit.
// UPDATE_BINDINGS=1 cargo test -p kyosei-contract --test bindings
//
// A command is called by its name with `{ request }`; `listen` takes `{ channel }`, a channel of `Notice`. A refusal is a
// `Failure`. Codes of fields and lists are stable; the words for them are in the catalogues.

export const AUDIT_ACTION_CODES = ["supporter_added", "supporter_edited", "supporters_merged", "supporters_kept_apart", "supporter_withdrawn", "supporter_erased", "supporter_shown", "supporters_listed", "consent_recorded", "address_suppressed", "wording_published", "imported", "import_undone", "exported", "passphrase_changed", "device_added", "bundle_written", "vault_created", "conflict_resolved", "totals_released"] as const;
export type AuditAction = (typeof AUDIT_ACTION_CODES)[number];

export const CHANNEL_CODES = ["page", "kiosk", "qr", "paper", "import", "email", "phone", "in_person", "partner"] as const;
export type Channel = (typeof CHANNEL_CODES)[number];

export const CONTACT_PREFERENCE_CODES = ["email", "post", "phone", "none"] as const;
export type ContactPreference = (typeof CONTACT_PREFERENCE_CODES)[number];

export const DECISION_CODES = ["given", "refused", "withdrawn"] as const;
export type Decision = (typeof DECISION_CODES)[number];

export const EMAIL_STATE_CODES = ["unconfirmed", "ok", "bounced", "none"] as const;
export type EmailState = (typeof EMAIL_STATE_CODES)[number];

export const FIELD_CODES = ["name", "kana", "affiliation", "role", "guardian_name", "org_name", "org_kana", "representative_name", "representative_kana", "representative_title", "contact_name", "contact_kana", "contact_dept", "contact_title", "corporate_no", "url", "members_approx", "email", "tel", "fax", "postcode", "prefecture", "city", "street", "building", "message", "display_name", "title_override", "notes"] as const;
export type Field = (typeof FIELD_CODES)[number];

export const FILE_ENCODING_CODES = ["utf-8", "utf-8-bom", "utf-16le", "utf-16be", "cp932", "euc-jp", "iso-2022-jp", "xlsx"] as const;
export type FileEncoding = (typeof FILE_ENCODING_CODES)[number];

export const INTEREST_CODES = ["film", "photo", "symposium", "festival", "school", "workshop", "jobs", "housing", "place", "volunteer"] as const;
export type Interest = (typeof INTEREST_CODES)[number];

export const ORG_TYPE_CODES = ["npo", "general", "public_interest", "welfare", "school", "religious", "company", "government", "voluntary", "other"] as const;
export type OrgType = (typeof ORG_TYPE_CODES)[number];

export const PUBLIC_NAME_CODES = ["no", "name", "initials", "pseudonym"] as const;
export type PublicName = (typeof PUBLIC_NAME_CODES)[number];

export const PURPOSE_CODES = ["P1", "P2", "P3", "P4", "P5", "P6", "P7"] as const;
export type Purpose = (typeof PURPOSE_CODES)[number];

export const REJECTION_CODES = ["E-EMPTY", "E-CONTROL", "E-BIDI", "E-TOO-LONG", "E-MYNUMBER", "E-CARD", "E-EMAIL-TWO", "E-EMAIL-LINE-BREAK", "E-EMAIL-AT", "E-EMAIL-LOCAL", "E-EMAIL-DOMAIN", "E-EMAIL-SCHEME", "E-TEL-SCIENTIFIC"] as const;
export type Rejection = (typeof REJECTION_CODES)[number];

export const SOURCE_CODES = ["page", "kiosk", "qr", "paper", "google_csv", "csv", "phone", "partner"] as const;
export type Source = (typeof SOURCE_CODES)[number];

export const STATUS_CODES = ["inbox", "active", "withdrawn", "erased"] as const;
export type Status = (typeof STATUS_CODES)[number];

export const SUPPORTER_KIND_CODES = ["individual", "organization"] as const;
export type SupporterKind = (typeof SUPPORTER_KIND_CODES)[number];

export const WARNING_CODES = ["W-REPLACEMENT", "W-GAIJI", "W-PLACEHOLDER", "W-ZERO-WIDTH", "W-LINE-BREAK", "W-KANA-SCRIPT", "W-EMAIL-REPAIRED", "W-EMAIL-ANGLE", "W-EMAIL-TYPO", "W-EMAIL-DOTS", "W-EMAIL-IDN", "W-TEL-FORM", "W-TEL-ZERO", "W-POSTCODE-FORM", "W-CORPORATE-NO", "W-URL", "W-SENSITIVE"] as const;
export type Warning = (typeof WARNING_CODES)[number];

/**
 * What a check found in one field. A code that begins with `E-` kept the value out; `W-` asks to look at it.
 */
export type Finding = { 
/**
 * The field.
 */
field: Field, 
/**
 * Code of the rejection or the warning.
 */
code: string, };

/**
 * Why a command failed. What was saved before is safe, and of this command nothing was saved.
 */
export type Failure = { 
/**
 * Stable code; the window words it. Never holds personal data.
 */
code: string, 
/**
 * Numbers and codes for the wording: `waitMs`, `line`, `limit`. Never personal data.
 */
params: { [key in string]: string }, 
/**
 * What is wrong, field by field.
 */
fields: Array<Finding>, };

/**
 * Nothing asked for, or nothing to answer.
 */
export type Nothing = Record<symbol, never>;

/**
 * Where the program stands.
 */
export type Stage = "firstStart" | "creating" | "locked" | "unlocked";

/**
 * Why the vault is locked.
 */
export type LockReason = "started" | "asked" | "idle" | "suspended" | "screenLocked" | "panic";

/**
 * What the gate shows.
 */
export type GateState = { 
/**
 * Where the program stands.
 */
stage: Stage, 
/**
 * Why it is locked; `started` unless it was open before.
 */
lockReason: LockReason, 
/**
 * Milliseconds until the next passphrase is tried; 0 if at once.
 */
waitMs: number, 
/**
 * Wrong passphrases since the last unlock.
 */
wrongCount: number, 
/**
 * Version of the program.
 */
version: string, };

/**
 * Which list the words of a proposed passphrase come from.
 */
export type WordList = "english" | "japanese";

/**
 * Asks for a proposed passphrase.
 */
export type ProposalRequest = { 
/**
 * The list.
 */
list: WordList, };

/**
 * A proposed passphrase.
 */
export type Proposal = { 
/**
 * What to type.
 */
passphrase: string, 
/**
 * How it reads, of Japanese words.
 */
kana: string | null, };

/**
 * A passphrase as typed.
 */
export type Typed = { 
/**
 * The passphrase.
 */
passphrase: string, };

/**
 * Whether a chosen passphrase is good enough.
 */
export type Strength = { 
/**
 * Whether it is accepted.
 */
accepted: boolean, 
/**
 * Code of the reason if not: `E-PASSPHRASE-MISSING`, `E-PASSPHRASE-LONG` or `E-PASSPHRASE-WEAK`.
 */
code: string | null, };

/**
 * What the founder of a committee decides.
 */
export type CreateRequest = { 
/**
 * The committee's name.
 */
committee: string, 
/**
 * The founder's name.
 */
person: string, 
/**
 * The laptop's name.
 */
device: string, 
/**
 * The passphrase of this laptop.
 */
passphrase: string, };

/**
 * One recovery sheet, for printing. It is shown once.
 */
export type RecoverySheet = { 
/**
 * Number of the sheet, from 1.
 */
index: number, 
/**
 * Letters that all sheets of one set share.
 */
set: string, 
/**
 * The words, in order.
 */
words: Array<string>, };

/**
 * A word to type from a sheet.
 */
export type AskedWord = { 
/**
 * Number of the sheet.
 */
sheet: number, 
/**
 * Place of the word on it, from 1.
 */
place: number, };

/**
 * The sheets of a committee that is being created.
 */
export type Sheets = { 
/**
 * All sheets.
 */
sheets: Array<RecoverySheet>, 
/**
 * How many of them restore everything.
 */
threshold: number, 
/**
 * The words to type, as a proof that the sheets are on paper.
 */
asked: Array<AskedWord>, };

/**
 * The words that were asked for, in that order.
 */
export type ConfirmRequest = { 
/**
 * The words.
 */
words: Array<string>, };

/**
 * Why to lock.
 */
export type LockRequest = { 
/**
 * Whether it was the panic key: the gate then shows nothing of what happened.
 */
panic: boolean, };

/**
 * A change of the passphrase of this laptop.
 */
export type PassphraseChange = { 
/**
 * The present one.
 */
old: string, 
/**
 * The new one.
 */
new: string, };

/**
 * Language of the program.
 */
export type UiLanguage = "ja" | "jaEasy" | "en";

/**
 * Size of the text.
 */
export type TextSize = "small" | "medium" | "large";

/**
 * Colours.
 */
export type Theme = "system" | "light" | "dark";

/**
 * Height of the rows of lists.
 */
export type Density = "relaxed" | "normal" | "compact";

/**
 * The settings.
 */
export type Settings = { 
/**
 * Language.
 */
language: UiLanguage, 
/**
 * Text size.
 */
textSize: TextSize, 
/**
 * Colours.
 */
theme: Theme, 
/**
 * Row height.
 */
density: Density, 
/**
 * Minutes without a touch after which the vault locks: 5, 10, 30 or 60.
 */
idleMinutes: number, };

/**
 * How many supporters of one kind stand in one status.
 */
export type StatusCount = { 
/**
 * Person or organisation.
 */
kind: SupporterKind, 
/**
 * The status.
 */
status: Status, 
/**
 * How many.
 */
count: number, };

/**
 * What home shows.
 */
export type Home = { 
/**
 * The committee's name.
 */
committee: string, 
/**
 * Name of the person whose laptop this is.
 */
person: string, 
/**
 * Supporters, without erased and merged ones.
 */
counts: Array<StatusCount>, 
/**
 * Pairs of records that may be one supporter and about which nobody decided.
 */
duplicateCount: number, 
/**
 * Records that this version cannot read.
 */
unreadableCount: number, 
/**
 * Entries on the disk that could not be read at this unlock.
 */
damagedCount: number, 
/**
 * Whether the local state had to be rebuilt at this unlock; nothing was lost.
 */
wasRebuilt: boolean, };

/**
 * What a device may do.
 */
export type Role = "relay" | "read" | "edit" | "admin";

/**
 * One device of a member.
 */
export type MemberDevice = { 
/**
 * The device, in hexadecimal letters.
 */
device: string, 
/**
 * What it may do.
 */
role: Role, 
/**
 * Whether it is this laptop.
 */
isThis: boolean, };

/**
 * One member of the committee.
 */
export type Member = { 
/**
 * Name.
 */
name: string, 
/**
 * Whether it is the person at this laptop.
 */
isSelf: boolean, 
/**
 * The member's devices.
 */
devices: Array<MemberDevice>, };

/**
 * The committee.
 */
export type Committee = { 
/**
 * Its name.
 */
name: string, 
/**
 * The members.
 */
members: Array<Member>, 
/**
 * How many have to approve an erasure.
 */
eraseApprovals: number, };

/**
 * How thoroughly to check the vault.
 */
export type CheckRequest = { 
/**
 * Also rebuild the register from every entry and compare.
 */
deep: boolean, };

/**
 * What is wrong with the vault.
 */
export type CheckFinding = { "kind": "database" } | { "kind": "entries", 
/**
 * How many.
 */
count: number, } | { "kind": "records", 
/**
 * How many.
 */
count: number, } | { "kind": "state" };

/**
 * What the check found.
 */
export type CheckReport = { 
/**
 * Entries that were read and verified.
 */
entryCount: number, 
/**
 * Records and lists of the register.
 */
documentCount: number, 
/**
 * What is wrong.
 */
findings: Array<CheckFinding>, };

/**
 * Why a purpose is allowed or not.
 */
export type ConsentReason = "given" | "absent" | "refused" | "withdrawn" | "expired" | "guardianMissing" | "implausibleTime";

/**
 * What one purpose allows now.
 */
export type ConsentState = { 
/**
 * The purpose.
 */
purpose: Purpose, 
/**
 * Whether it is allowed.
 */
allowed: boolean, 
/**
 * Why.
 */
reason: ConsentReason, };

/**
 * One entry of the ledger.
 */
export type ConsentEntry = { 
/**
 * Id.
 */
id: string, 
/**
 * The purpose.
 */
purpose: Purpose, 
/**
 * What was decided.
 */
decision: Decision, 
/**
 * How the decision came.
 */
channel: Channel, 
/**
 * When the person decided, Unix milliseconds.
 */
givenAt: number, 
/**
 * When it was written down, Unix milliseconds.
 */
recordedAt: number, 
/**
 * Name of the member who wrote it down.
 */
recordedBy: string, 
/**
 * The very words that were shown.
 */
wording: string, 
/**
 * The guardian who agreed.
 */
guardian: string | null, 
/**
 * Why the entry was needed.
 */
reason: string | null, 
/**
 * From when it no longer holds, Unix milliseconds.
 */
expires: number | null, };

/**
 * A decision of a new supporter.
 */
export type FirstDecision = { 
/**
 * The purpose.
 */
purpose: Purpose, 
/**
 * What was decided.
 */
decision: Decision, };

/**
 * A decision to write down.
 */
export type ConsentRequest = { 
/**
 * The supporter.
 */
id: string, 
/**
 * The purpose.
 */
purpose: Purpose, 
/**
 * What was decided.
 */
decision: Decision, 
/**
 * How it came.
 */
channel: Channel, 
/**
 * When the person decided, Unix milliseconds; now if absent.
 */
givenAt: number | null, 
/**
 * Why the entry is needed, when it answers a wrong one.
 */
reason: string | null, 
/**
 * The guardian who agreed for a person under age.
 */
guardian: string | null, };

/**
 * The decision is written down.
 */
export type ConsentRecorded = { 
/**
 * Id of the entry.
 */
id: string, };

/**
 * A text that people are asked to agree to.
 */
export type WordingText = { 
/**
 * Version, counted from 1.
 */
version: number, 
/**
 * Language code.
 */
language: string, 
/**
 * The text.
 */
text: string, 
/**
 * From when it was shown, Unix milliseconds.
 */
validFrom: number, };

/**
 * The wordings in force, one for each language.
 */
export type Wordings = { 
/**
 * The wordings.
 */
wordings: Array<WordingText>, };

/**
 * Which supporters to list.
 */
export type SupporterQuery = { 
/**
 * Words as typed; all must occur. Kana, width and variants of characters do not matter.
 */
text: string, 
/**
 * Only this kind.
 */
ofKind: SupporterKind | null, 
/**
 * Only these statuses; all if empty.
 */
statuses: Array<Status>, 
/**
 * Page, from 0.
 */
page: number, };

/**
 * One line of the list.
 */
export type SupporterRow = { 
/**
 * Id.
 */
id: string, 
/**
 * Person or organisation.
 */
ofKind: SupporterKind, 
/**
 * Status.
 */
status: Status, 
/**
 * Name.
 */
name: string, 
/**
 * Reading; empty if unknown.
 */
reading: string, 
/**
 * Prefecture; empty if unknown.
 */
prefecture: string, 
/**
 * City; empty if unknown.
 */
city: string, 
/**
 * E-mail address; empty if none.
 */
email: string, 
/**
 * Whether notices by mail are allowed now.
 */
mayMail: boolean, 
/**
 * Words of the committee.
 */
tags: Array<string>, 
/**
 * When the registration was sent, Unix milliseconds.
 */
submittedAt: number, };

/**
 * A page of the list.
 */
export type SupporterPage = { 
/**
 * The rows, in order of their readings.
 */
rows: Array<SupporterRow>, 
/**
 * How many match in all.
 */
total: number, 
/**
 * Rows of a full page.
 */
pageSize: number, };

/**
 * Which supporter.
 */
export type SupporterRef = { 
/**
 * Id.
 */
id: string, };

/**
 * A text field with its value.
 */
export type TextValue = { 
/**
 * The field.
 */
field: Field, 
/**
 * The value.
 */
value: string, };

/**
 * A text field of a kind of supporters: what to show and what to keep within.
 */
export type FieldRule = { 
/**
 * The field.
 */
field: Field, 
/**
 * Whether a complete record that came on paper must have it.
 */
required: boolean, 
/**
 * Longest value, in characters as people count them.
 */
lengthMax: number, 
/**
 * Whether the value may have several lines.
 */
multiline: boolean, };

/**
 * Asks for the fields of a kind.
 */
export type FieldsRequest = { 
/**
 * The kind.
 */
ofKind: SupporterKind, 
/**
 * How the registration comes; paper needs no e-mail address.
 */
source: Source, };

/**
 * The fields, in the order of the form.
 */
export type Fields = { 
/**
 * The fields.
 */
fields: Array<FieldRule>, };

/**
 * One record, whole.
 */
export type SupporterDetail = { 
/**
 * Id.
 */
id: string, 
/**
 * Person or organisation.
 */
ofKind: SupporterKind, 
/**
 * Status.
 */
status: Status, 
/**
 * How the registration came.
 */
source: Source, 
/**
 * When it was sent, Unix milliseconds.
 */
submittedAt: number, 
/**
 * When it reached the register, Unix milliseconds.
 */
receivedAt: number, 
/**
 * Name of the member who entered it.
 */
enteredBy: string | null, 
/**
 * Language in which the supporter wants to be addressed, as a code or a BCP 47 tag.
 */
language: string, 
/**
 * The text fields that are filled in.
 */
text: Array<TextValue>, 
/**
 * What is known about the address.
 */
emailState: EmailState, 
/**
 * Preferred way of contact.
 */
contactPreference: ContactPreference, 
/**
 * Interests.
 */
interests: Array<Interest>, 
/**
 * In which form the name may be published.
 */
publicName: PublicName, 
/**
 * Legal form, of organisations.
 */
orgType: OrgType | null, 
/**
 * Words of the committee.
 */
tags: Array<string>, 
/**
 * Whether the supporter said to be under age.
 */
declaredMinor: boolean, 
/**
 * Whether the address must not be written to.
 */
isSuppressed: boolean, 
/**
 * What each purpose allows now.
 */
consentStates: Array<ConsentState>, 
/**
 * The consent ledger, newest first.
 */
consents: Array<ConsentEntry>, 
/**
 * Records that may be the same supporter.
 */
lookAlikes: Array<SupporterRow>, };

/**
 * A new supporter, entered by hand.
 */
export type NewSupporter = { 
/**
 * Person or organisation.
 */
ofKind: SupporterKind, 
/**
 * How the registration came.
 */
source: Source, 
/**
 * Text fields as typed; empty ones are left out.
 */
text: Array<TextValue>, 
/**
 * Interests.
 */
interests: Array<Interest>, 
/**
 * Legal form, of organisations.
 */
orgType: OrgType | null, 
/**
 * Language code or BCP 47 tag.
 */
language: string, 
/**
 * Decisions; a purpose that is not named was not asked. The first purpose must be given.
 */
decisions: Array<FirstDecision>, };

/**
 * A record was saved.
 */
export type Saved = { 
/**
 * Id.
 */
id: string, 
/**
 * The fields that changed.
 */
changed: Array<Field>, 
/**
 * What to look at; nothing of it kept the record from being saved.
 */
findings: Array<Finding>, 
/**
 * Whether the address is suppressed.
 */
isSuppressed: boolean, };

/**
 * Changes to a record; what is absent stays.
 */
export type SupporterEdit = { 
/**
 * Id.
 */
id: string, 
/**
 * Fields with new values; an empty value empties the field.
 */
text: Array<TextValue>, 
/**
 * New interests, all of them.
 */
interests: Array<Interest> | null, 
/**
 * New language.
 */
language: string | null, 
/**
 * New way of contact.
 */
contactPreference: ContactPreference | null, 
/**
 * New form of publishing the name.
 */
publicName: PublicName | null, 
/**
 * What is known about the address now.
 */
emailState: EmailState | null, 
/**
 * New tags, all of them.
 */
tags: Array<string> | null, };

/**
 * A value to check while it is typed.
 */
export type FieldCheck = { 
/**
 * The field.
 */
field: Field, 
/**
 * The value as typed.
 */
value: string, };

/**
 * What a check found.
 */
export type FieldChecked = { 
/**
 * The value as it would be stored; absent if it cannot be.
 */
stored: string | null, 
/**
 * What the person may have meant.
 */
proposal: string | null, 
/**
 * Findings.
 */
findings: Array<Finding>, };

/**
 * A supporter leaves.
 */
export type WithdrawRequest = { 
/**
 * Id.
 */
id: string, 
/**
 * How the wish came.
 */
channel: Channel, };

/**
 * The withdrawal is recorded.
 */
export type Withdrawn = { 
/**
 * Agreements that were taken back.
 */
withdrawnCount: number, 
/**
 * Whether the address is suppressed now.
 */
isSuppressed: boolean, };

/**
 * Erases a record for good, with those that were merged with it.
 */
export type EraseRequest = { 
/**
 * Id.
 */
id: string, 
/**
 * Words of recovery sheets, one text for each sheet, as approvals beside this laptop's own.
 */
sheets: Array<string>, };

/**
 * The record is gone.
 */
export type Erased = { 
/**
 * Records that are gone.
 */
recordCount: number, 
/**
 * Entries whose payloads were wiped.
 */
payloadCount: number, };

/**
 * How strongly two records look like one.
 */
export type Likeness = "sameEmail" | "possible" | "sharedEmail";

/**
 * Two records.
 */
export type DuplicatePair = { 
/**
 * The older one.
 */
first: SupporterRow, 
/**
 * The newer one.
 */
second: SupporterRow, 
/**
 * How strongly they look like one.
 */
likeness: Likeness, };

/**
 * The pairs about which nobody decided.
 */
export type Duplicates = { 
/**
 * The first pairs, the likeliest first.
 */
pairs: Array<DuplicatePair>, 
/**
 * How many there are in all.
 */
total: number, };

/**
 * Two records to lay side by side.
 */
export type PairRequest = { 
/**
 * The record that stays.
 */
kept: string, 
/**
 * The record that goes into it.
 */
absorbed: string, };

/**
 * One field of two records.
 */
export type FieldPair = { 
/**
 * The field.
 */
field: Field, 
/**
 * Value of the record that stays; empty if none.
 */
kept: string, 
/**
 * Value of the other; empty if none.
 */
absorbed: string, 
/**
 * Whether a choice is needed.
 */
differs: boolean, };

/**
 * Two records side by side, with what a merge would do.
 */
export type SideBySide = { 
/**
 * The record that stays.
 */
kept: SupporterRow, 
/**
 * The record that goes into it.
 */
absorbed: SupporterRow, 
/**
 * Fields that at least one fills in.
 */
fields: Array<FieldPair>, 
/**
 * Purposes that stay closed because one of the two said no.
 */
staysClosed: Array<Purpose>, };

/**
 * Whose value of a field stays.
 */
export type Side = "kept" | "absorbed";

/**
 * A choice about one field.
 */
export type FieldChoice = { 
/**
 * The field.
 */
field: Field, 
/**
 * Whose value.
 */
side: Side, };

/**
 * Two records become one.
 */
export type MergeRequest = { 
/**
 * The record that stays.
 */
kept: string, 
/**
 * The record that goes into it.
 */
absorbed: string, 
/**
 * A choice for each field that differs.
 */
choices: Array<FieldChoice>, };

/**
 * The records are one.
 */
export type MergeDone = { 
/**
 * The record that stays.
 */
kept: string, 
/**
 * Purposes that stay closed.
 */
staysClosed: Array<Purpose>, };

/**
 * Two records are two supporters, for ever.
 */
export type KeepApartRequest = { 
/**
 * One.
 */
first: string, 
/**
 * The other.
 */
second: string, };

/**
 * A file that someone chose or dropped.
 */
export type FileToken = { 
/**
 * Token.
 */
token: string, 
/**
 * Name without its folder.
 */
name: string, };

/**
 * The file that was chosen; none if the choice was cancelled.
 */
export type ChosenFile = { 
/**
 * The file.
 */
file: FileToken | null, };

/**
 * A column with what it is taken for.
 */
export type ColumnChoice = { 
/**
 * Heading.
 */
heading: string, 
/**
 * Code of the target (`name`, `consent:P2`, `submitted_at` …); absent if the column is not stored.
 */
target: string | null, };

/**
 * Reads a file. What is absent is guessed, or remembered from an earlier file with the same headings.
 */
export type InspectRequest = { 
/**
 * The file.
 */
token: string, 
/**
 * Person or organisation.
 */
ofKind: SupporterKind | null, 
/**
 * The columns, all of them.
 */
columns: Array<ColumnChoice> | null, 
/**
 * The encoding.
 */
encoding: FileEncoding | null, };

/**
 * A column of the file.
 */
export type Column = { 
/**
 * Heading.
 */
heading: string, 
/**
 * Code of the target.
 */
target: string | null, };

/**
 * How many rows came to what; each counts once.
 */
export type RowCounts = { 
/**
 * New records.
 */
new: number, 
/**
 * Updates of a record with the same address.
 */
updates: number, 
/**
 * Rows that wait for a person.
 */
review: number, 
/**
 * Rows of an earlier import.
 */
alreadyPresent: number, 
/**
 * Rows that stand twice in the file.
 */
repeated: number, 
/**
 * Rows that are not taken.
 */
rejected: number, 
/**
 * Rows that cannot be read.
 */
unreadable: number, };

/**
 * What reading a file gave.
 */
export type Inspection = { "kind": "columnsNeeded", 
/**
 * The columns with what could be guessed.
 */
columns: Array<Column>, 
/**
 * Person or organisation, as guessed.
 */
ofKind: SupporterKind, 
/**
 * Codes of the targets that are missing.
 */
missing: Array<string>, 
/**
 * All targets that a column may have.
 */
targets: Array<string>, } | { "kind": "ready", 
/**
 * The columns as they were read.
 */
columns: Array<Column>, 
/**
 * Person or organisation.
 */
ofKind: SupporterKind, 
/**
 * The encoding as it was read.
 */
encoding: FileEncoding, 
/**
 * All targets that a column may have.
 */
targets: Array<string>, 
/**
 * Sums.
 */
counts: RowCounts, 
/**
 * Purposes that the file does not ask about.
 */
purposesNotAsked: Array<Purpose>, 
/**
 * The first rows.
 */
sample: Array<ImportRow>, };

/**
 * What would become of a row if nobody decided.
 */
export type RowGroup = "new" | "update" | "review" | "alreadyPresent" | "repeated" | "rejected" | "unreadable";

/**
 * Which rows of the preview.
 */
export type RowsRequest = { 
/**
 * The file.
 */
token: string, 
/**
 * Only this group; all if absent.
 */
group: RowGroup | null, 
/**
 * Page, from 0.
 */
page: number, };

/**
 * Something that may be the same supporter.
 */
export type RowCandidate = { "kind": "record", 
/**
 * The record.
 */
row: SupporterRow, 
/**
 * How strongly.
 */
likeness: Likeness, } | { "kind": "line", 
/**
 * Its line.
 */
line: number, 
/**
 * How strongly.
 */
likeness: Likeness, };

/**
 * One row of the preview.
 */
export type ImportRow = { 
/**
 * Line of the file at which the row begins.
 */
line: number, 
/**
 * What would become of it.
 */
group: RowGroup, 
/**
 * Accepted values.
 */
text: Array<TextValue>, 
/**
 * Values that were refused, to be mended.
 */
held: Array<TextValue>, 
/**
 * Values that the supporter may have meant.
 */
proposals: Array<TextValue>, 
/**
 * Why it waits or is refused, and what to look at; with a field where there is one.
 */
findings: Array<Finding>, 
/**
 * Codes of reasons that belong to no field.
 */
codes: Array<string>, 
/**
 * What may be the same supporter, the likeliest first.
 */
candidates: Array<RowCandidate>, };

/**
 * A page of the preview.
 */
export type ImportRows = { 
/**
 * The rows.
 */
rows: Array<ImportRow>, 
/**
 * How many there are of this group.
 */
total: number, 
/**
 * Rows of a full page.
 */
pageSize: number, };

/**
 * A row of the file and a record, side by side.
 */
export type RowPairRequest = { 
/**
 * The file.
 */
token: string, 
/**
 * Line of the row.
 */
line: number, 
/**
 * The record.
 */
id: string, };

/**
 * One field of a row and a record.
 */
export type RowFieldPair = { 
/**
 * The field.
 */
field: Field, 
/**
 * Value of the record; empty if none.
 */
record: string, 
/**
 * Value of the row; empty if none.
 */
row: string, };

/**
 * A row and a record.
 */
export type RowPair = { 
/**
 * The record.
 */
record: SupporterRow, 
/**
 * Fields that at least one fills in.
 */
fields: Array<RowFieldPair>, };

/**
 * What a person decided about a row.
 */
export type RowVerdict = { "kind": "new", 
/**
 * The values.
 */
values: Array<TextValue>, } | { "kind": "update", 
/**
 * The record.
 */
id: string, } | { "kind": "skip" };

/**
 * A decision about a row.
 */
export type RowDecision = { 
/**
 * Line of the row.
 */
line: number, 
/**
 * The decision.
 */
verdict: RowVerdict, };

/**
 * What is done with rows that have the address of a record and about which nobody decided.
 */
export type UpdatePolicy = "ask" | "update" | "skip";

/**
 * Runs the import.
 */
export type ImportRun = { 
/**
 * The file.
 */
token: string, 
/**
 * Decisions.
 */
decisions: Array<RowDecision>, 
/**
 * For rows with a known address.
 */
updates: UpdatePolicy, };

/**
 * What became of the rows.
 */
export type FateCounts = { 
/**
 * New records.
 */
created: number, 
/**
 * Updated records.
 */
updated: number, 
/**
 * Already there.
 */
alreadyPresent: number, 
/**
 * Twice in the file.
 */
repeated: number, 
/**
 * Waiting for a decision; they are not in the register.
 */
review: number, 
/**
 * Not taken, since the person was erased.
 */
suppressed: number, 
/**
 * Not taken.
 */
rejected: number, 
/**
 * Not readable.
 */
unreadable: number, };

/**
 * One import.
 */
export type ImportSummary = { 
/**
 * Id.
 */
id: string, 
/**
 * Name of the file.
 */
fileName: string, 
/**
 * When, Unix milliseconds.
 */
at: number, 
/**
 * Name of the member.
 */
by: string, 
/**
 * Person or organisation.
 */
ofKind: SupporterKind, 
/**
 * What became of the rows.
 */
counts: FateCounts, 
/**
 * When it was taken back, Unix milliseconds.
 */
undoneAt: number | null, };

/**
 * An import that took place.
 */
export type ImportDone = { 
/**
 * The import.
 */
summary: ImportSummary, 
/**
 * Agreements that were not taken over because the person had said no before.
 */
stillClosedCount: number, };

/**
 * All imports.
 */
export type Imports = { 
/**
 * Newest first.
 */
imports: Array<ImportSummary>, };

/**
 * Which import.
 */
export type ImportRef = { 
/**
 * Id.
 */
id: string, };

/**
 * The import was taken back.
 */
export type ImportUndone = { 
/**
 * Records that are gone.
 */
removedCount: number, 
/**
 * Records that stay, because someone touched them since or they were there before.
 */
keptCount: number, };

/**
 * Form of an exported file.
 */
export type ExportFormat = "csvUtf8" | "csvCp932" | "xlsx";

/**
 * What to export. The place of the file is asked for by the program.
 */
export type ExportRequest = { 
/**
 * Which form of supporters.
 */
ofKind: SupporterKind, 
/**
 * Also those who withdrew.
 */
withWithdrawn: boolean, 
/**
 * Form of the file.
 */
format: ExportFormat, 
/**
 * What the file is for; stands in the audit trail.
 */
purpose: string, };

/**
 * What became of an export.
 */
export type ExportOutcome = { "kind": "cancelled" } | { "kind": "written", 
/**
 * Rows without the headings.
 */
rows: number, 
/**
 * Cells that were guarded against being read as formulas.
 */
guardedCells: number, 
/**
 * Cells with letters that the encoding lacks.
 */
lossyCells: number, };

/**
 * Which part of the audit trail.
 */
export type AuditQuery = { 
/**
 * Only these actions; all if empty.
 */
actions: Array<AuditAction>, 
/**
 * Page, from 0, newest first.
 */
page: number, };

/**
 * What a line of the audit trail is about.
 */
export type AuditSubject = { "kind": "supporter", 
/**
 * Id.
 */
id: string, 
/**
 * Name, if the record is still there.
 */
name: string | null, } | { "kind": "consent", 
/**
 * Id.
 */
id: string, } | { "kind": "import", 
/**
 * Id.
 */
id: string, } | { "kind": "wording", 
/**
 * Id.
 */
id: string, };

/**
 * One line of the audit trail.
 */
export type AuditLine = { 
/**
 * Id.
 */
id: string, 
/**
 * When, Unix milliseconds.
 */
at: number, 
/**
 * Name of the member; absent for what the program does by itself.
 */
member: string | null, 
/**
 * The device, in hexadecimal letters.
 */
device: string, 
/**
 * What.
 */
action: AuditAction, 
/**
 * About what.
 */
subject: AuditSubject | null, 
/**
 * Reason as it was given, such as the purpose of an export.
 */
reason: string | null, 
/**
 * How many records.
 */
count: number | null, };

/**
 * A page of the audit trail.
 */
export type AuditPage = { 
/**
 * The lines.
 */
lines: Array<AuditLine>, 
/**
 * How many there are in all.
 */
total: number, 
/**
 * Lines of a full page.
 */
pageSize: number, };

/**
 * One draft.
 */
export type Draft = { 
/**
 * Its name.
 */
name: string, 
/**
 * Its text.
 */
body: string, };

/**
 * Which draft.
 */
export type DraftRef = { 
/**
 * Its name.
 */
name: string, };

/**
 * All drafts.
 */
export type Drafts = { 
/**
 * By name.
 */
drafts: Array<Draft>, };

/**
 * What changed, so that pages ask anew. Holds no content.
 */
export type Topic = "supporters" | "imports" | "audit" | "members";

/**
 * Something to know.
 */
export type Notice = { "kind": "changed", 
/**
 * What.
 */
topics: Array<Topic>, } | { "kind": "lockSoon", 
/**
 * Seconds that are left.
 */
seconds: number, } | { "kind": "lockPutOff" } | { "kind": "locking" } | { "kind": "fileDropped", 
/**
 * The file.
 */
file: FileToken, } | { "kind": "importProgress", 
/**
 * Rows done.
 */
done: number, 
/**
 * Rows in all.
 */
total: number, };

/** Every command: what it takes and what it gives. */
export interface Commands {
  gate_state: { request: Nothing; response: GateState };
  settings: { request: Nothing; response: Settings };
  settings_change: { request: Settings; response: Settings };
  passphrase_propose: { request: ProposalRequest; response: Proposal };
  passphrase_judge: { request: Typed; response: Strength };
  create: { request: CreateRequest; response: Sheets };
  create_confirm: { request: ConfirmRequest; response: Nothing };
  create_cancel: { request: Nothing; response: Nothing };
  unlock: { request: Typed; response: Nothing };
  lock: { request: LockRequest; response: Nothing };
  stay_awake: { request: Nothing; response: Nothing };
  passphrase_change: { request: PassphraseChange; response: Nothing };
  home: { request: Nothing; response: Home };
  committee: { request: Nothing; response: Committee };
  vault_check: { request: CheckRequest; response: CheckReport };
  vault_rebuild: { request: Nothing; response: Nothing };
  supporters_page: { request: SupporterQuery; response: SupporterPage };
  supporter_detail: { request: SupporterRef; response: SupporterDetail };
  supporter_fields: { request: FieldsRequest; response: Fields };
  supporter_add: { request: NewSupporter; response: Saved };
  supporter_edit: { request: SupporterEdit; response: Saved };
  field_check: { request: FieldCheck; response: FieldChecked };
  supporter_withdraw: { request: WithdrawRequest; response: Withdrawn };
  supporter_erase: { request: EraseRequest; response: Erased };
  consent_record: { request: ConsentRequest; response: ConsentRecorded };
  wordings: { request: Nothing; response: Wordings };
  duplicates: { request: Nothing; response: Duplicates };
  pair_compare: { request: PairRequest; response: SideBySide };
  pair_merge: { request: MergeRequest; response: MergeDone };
  pair_keep_apart: { request: KeepApartRequest; response: Nothing };
  import_choose: { request: Nothing; response: ChosenFile };
  import_inspect: { request: InspectRequest; response: Inspection };
  import_rows: { request: RowsRequest; response: ImportRows };
  import_compare: { request: RowPairRequest; response: RowPair };
  import_run: { request: ImportRun; response: ImportDone };
  import_cancel: { request: Nothing; response: Nothing };
  imports: { request: Nothing; response: Imports };
  import_undo: { request: ImportRef; response: ImportUndone };
  export: { request: ExportRequest; response: ExportOutcome };
  audit_page: { request: AuditQuery; response: AuditPage };
  drafts: { request: Nothing; response: Drafts };
  draft_save: { request: Draft; response: Nothing };
  draft_discard: { request: DraftRef; response: Nothing };
}
