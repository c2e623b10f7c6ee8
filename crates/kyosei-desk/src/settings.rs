//! The settings of this laptop, in a small file that is readable before unlocking and holds nothing of anybody.

use std::path::{Path, PathBuf};

use kyosei_contract::Failure;
use kyosei_contract::settings::{Density, Settings, TextSize, Theme, UiLanguage};
use kyosei_runtime::files::{read_at_most, write_atomically};
use serde::{Deserialize, Serialize};

/// Minutes after which the vault may lock by itself.
pub const IDLE_MINUTES: [u32; 4] = [5, 10, 30, 60];

/// Largest settings file in bytes; more is not one.
const SETTINGS_BYTES_MAX: u64 = 16 << 10;
const VERSION: u32 = 1;

/// The file.
#[derive(Debug, Clone)]
pub struct SettingsFile {
    path: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Content {
    version: u32,
    settings: Settings,
}

impl SettingsFile {
    /// The settings file in `folder`.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("settings.json") }
    }

    /// The settings; what a person would start with if the file is missing, damaged or of a newer version.
    #[must_use]
    pub fn read(&self) -> Settings {
        let bytes = read_at_most(&self.path, SETTINGS_BYTES_MAX).unwrap_or_default();
        let content = serde_json::from_slice::<Content>(&bytes).ok();
        let known = content.filter(|content| content.version == VERSION).map(|content| content.settings);
        known.filter(is_allowed).unwrap_or_else(first_settings)
    }

    /// Replaces the settings.
    ///
    /// # Errors
    /// `E-SETTINGS` if they are not allowed, `E-FILE-WRITE` if the disk refuses.
    pub fn write(&self, settings: &Settings) -> Result<(), Failure> {
        if !is_allowed(settings) {
            return Err(Failure::new("E-SETTINGS"));
        }
        let content = Content { version: VERSION, settings: settings.clone() };
        let bytes = serde_json::to_vec_pretty(&content).map_err(|_| Failure::new("E-INTERNAL"))?;
        let folder = self.path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder).map_err(|_| Failure::new("E-FILE-WRITE"))?;
        write_atomically(&self.path, &bytes).map_err(|_| Failure::new("E-FILE-WRITE"))
    }
}

fn is_allowed(settings: &Settings) -> bool {
    IDLE_MINUTES.contains(&settings.idle_minutes)
}

const fn first_settings() -> Settings {
    Settings {
        language: UiLanguage::Ja,
        text_size: TextSize::Medium,
        theme: Theme::System,
        density: Density::Normal,
        idle_minutes: 10,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_come_back_and_what_is_not_allowed_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = SettingsFile::in_folder(&folder.path().join("kyosei"));
        assert!(file.read() == first_settings());
        let chosen = Settings { theme: Theme::Dark, idle_minutes: 60, ..first_settings() };
        file.write(&chosen).unwrap_or_else(|failure| panic!("{}", failure.code));
        assert!(file.read() == chosen);
        let never = Settings { idle_minutes: 10_000, ..first_settings() };
        assert!(file.write(&never).is_err_and(|failure| failure.code == "E-SETTINGS"));
        assert!(file.read() == chosen);
    }

    #[test]
    fn a_damaged_or_foreign_file_counts_as_none() {
        let folder = tempfile::tempdir().unwrap();
        for text in
            ["", "{", "[]", r#"{"version":2,"settings":{}}"#, r#"{"version":1,"settings":{"idleMinutes":0}}"#]
        {
            std::fs::write(folder.path().join("settings.json"), text).unwrap();
            assert!(SettingsFile::in_folder(folder.path()).read() == first_settings(), "{text}");
        }
    }
}
