//! Settings of this laptop. They hold no personal data and are known before unlocking.

use crate::crossing::crossing;

crossing! {
    /// Language of the program.
    enum UiLanguage {
        /// Japanese.
        Ja,
        /// Easy Japanese, with readings.
        JaEasy,
        /// English.
        En,
    }

    /// Size of the text.
    enum TextSize {
        /// 16 pixels.
        Small,
        /// 18 pixels.
        Medium,
        /// 21 pixels.
        Large,
    }

    /// Colours.
    enum Theme {
        /// As the desktop says.
        System,
        /// Light.
        Light,
        /// Dark.
        Dark,
    }

    /// Height of the rows of lists.
    enum Density {
        /// 56 pixels.
        Relaxed,
        /// 44 pixels.
        Normal,
        /// 36 pixels.
        Compact,
    }

    /// The settings.
    struct Settings {
        /// Language.
        pub language: UiLanguage,
        /// Text size.
        pub text_size: TextSize,
        /// Colours.
        pub theme: Theme,
        /// Row height.
        pub density: Density,
        /// Minutes without a touch after which the vault locks: 5, 10, 30 or 60.
        pub idle_minutes: u32,
    }
}
