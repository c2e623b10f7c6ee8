//! The closed lists of the register: kinds, states, sources, interests.
//!
//! Codes are those of the registration forms and of the stored documents. Adding a value is a new schema
//! version, since older versions do not know its code. The only rule here is which of two values that were written apart
//! from each other holds.

use crate::code::coded;

coded! {
    /// Whether a supporter is a person or an organisation.
    SupporterKind {
        /// A person.
        Individual = "individual", "個人", "individual";
        /// A body, with a representative and a contact person.
        Organization = "organization", "団体・法人", "organisation";
    }
}

coded! {
    /// Where a supporter's record stands.
    Status {
        /// Received, not yet approved by a member.
        Inbox = "inbox", "受付", "inbox";
        /// In the register.
        Active = "active", "登録中", "active";
        /// Withdrew; kept only as long as the retention rule says.
        Withdrawn = "withdrawn", "退会", "withdrawn";
        /// Erased: no personal data is left.
        Erased = "erased", "消去済み", "erased";
    }
}

coded! {
    /// The way by which a registration reached the committee.
    Source {
        /// The static registration page, sealed.
        Page = "page", "登録ページ", "registration page";
        /// The kiosk at an event, sealed.
        Kiosk = "kiosk", "受付端末", "kiosk";
        /// A code shown by a telephone.
        Qr = "qr", "QRコード", "QR code";
        /// A paper form typed in by a member.
        Paper = "paper", "紙", "paper form";
        /// A file of a Google form.
        GoogleCsv = "google_csv", "Googleフォーム", "Google form file";
        /// Another table.
        Csv = "csv", "表ファイル", "other table";
        /// Told by telephone.
        Phone = "phone", "電話", "telephone";
        /// Provided by a partner organisation.
        Partner = "partner", "連携団体", "partner organisation";
    }
}

coded! {
    /// What a space (a circle of access) is for.
    SpaceKind {
        /// Supporters, consents, the audit trail: the whole committee.
        Register = "register", "名簿", "register";
        /// Pseudonymous profiles and offers: the matching team.
        Matching = "matching", "マッチング", "matching";
        /// Identity and contacts of those who are supported: case-workers.
        Casework = "casework", "ケースワーク", "case work";
    }
}

coded! {
    /// What is known about the e-mail address.
    EmailState {
        /// No bounce-free week and no reply yet.
        Unconfirmed = "unconfirmed", "未確認", "unconfirmed";
        /// Confirmed by a reply or by seven days without a bounce.
        Ok = "ok", "確認済み", "confirmed";
        /// Mail came back.
        Bounced = "bounced", "不達", "bounced";
        /// No address.
        None = "none", "なし", "none";
    }
}

coded! {
    /// How the supporter prefers to be reached.
    ContactPreference {
        /// By e-mail.
        Email = "email", "メール", "e-mail";
        /// By post.
        Post = "post", "郵便", "post";
        /// By telephone.
        Phone = "phone", "電話", "telephone";
        /// Not at all.
        None = "none", "連絡不要", "no contact";
    }
}

coded! {
    /// An activity that a supporter cares about.
    Interest {
        /// Refugee film evenings.
        Film = "film", "難民映画会", "film evenings";
        /// Photograph exhibitions.
        Photo = "photo", "難民写真展", "photograph exhibitions";
        /// Symposia and lectures.
        Symposium = "symposium", "シンポジウム", "symposia";
        /// The refugee festival.
        Festival = "festival", "難民フェス", "festival";
        /// Seminars at schools.
        School = "school", "学校セミナー", "school seminars";
        /// Workshops.
        Workshop = "workshop", "ワークショップ", "workshops";
        /// Support in finding work.
        Jobs = "jobs", "雇用の支援", "jobs";
        /// Support in finding housing.
        Housing = "housing", "住宅の支援", "housing";
        /// A place to be and support towards independence.
        Place = "place", "居場所・自立サポート", "place and self-reliance";
        /// Volunteering.
        Volunteer = "volunteer", "ボランティア", "volunteering";
    }
}

coded! {
    /// In which form a name may be published.
    PublicName {
        /// Not at all.
        No = "no", "公表しない", "not published";
        /// By the full name.
        Name = "name", "氏名・団体名", "full name";
        /// By initials.
        Initials = "initials", "イニシャル", "initials";
        /// By the display name that the supporter chose.
        Pseudonym = "pseudonym", "表示名", "chosen name";
    }
}

coded! {
    /// The legal form of an organisation.
    OrgType {
        /// Specified non-profit corporation.
        Npo = "npo", "NPO法人", "NPO corporation";
        /// General incorporated association or foundation.
        General = "general", "一般社団・財団法人", "general association or foundation";
        /// Public interest incorporated association or foundation.
        PublicInterest = "public_interest", "公益社団・財団法人", "public interest corporation";
        /// Social welfare corporation.
        Welfare = "welfare", "社会福祉法人", "social welfare corporation";
        /// School.
        School = "school", "学校", "school";
        /// Religious corporation.
        Religious = "religious", "宗教法人", "religious corporation";
        /// Company.
        Company = "company", "株式会社等", "company";
        /// Public office.
        Government = "government", "行政", "public office";
        /// Association without legal personality.
        Voluntary = "voluntary", "任意団体", "voluntary association";
        /// Anything else.
        Other = "other", "その他", "other";
    }
}

coded! {
    /// Why an address must never be written to again.
    SuppressionReason {
        /// The person opted out.
        OptOut = "opt_out", "配信停止", "opted out";
        /// The person complained.
        Complaint = "complaint", "苦情", "complaint";
        /// The person asked for erasure.
        Erased = "erased", "消去", "erased";
        /// Mail came back for good.
        Bounce = "bounce", "不達", "bounced";
    }
}

// Where two people left different values apart from each other, the one that allows less holds.

impl Status {
    /// The status of a record of which one copy says this and another says that: a withdrawal outlasts an approval.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        let rank = |status: Self| match status {
            Self::Inbox => 0,
            Self::Active => 1,
            Self::Withdrawn => 2,
            Self::Erased => 3,
        };
        if rank(other) > rank(self) { other } else { self }
    }
}

impl ContactPreference {
    /// The preference that holds until a person chooses: no contact, if either says so, else this one.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        if other == Self::None { other } else { self }
    }
}

impl PublicName {
    /// The form that tells less.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        let told = |form: Self| match form {
            Self::No => 0,
            Self::Initials => 1,
            Self::Pseudonym => 2,
            Self::Name => 3,
        };
        if told(other) < told(self) { other } else { self }
    }
}

impl EmailState {
    /// What is known of an address of which one copy says this and another says that: the less certain.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        let doubt = |state: Self| match state {
            Self::None => 0,
            Self::Ok => 1,
            Self::Unconfirmed => 2,
            Self::Bounced => 3,
        };
        if doubt(other) > doubt(self) { other } else { self }
    }
}
