/** How the screens look on this laptop: language, size of the text, colours, height of rows. */
import type { Failure, Settings, UiLanguage } from './bindings';
import { failureOf } from './failure';
import type { Language } from './i18n/catalogue';
import { locale, t } from './i18n/locale.svelte';
import { call } from './transport';

const LANGUAGE: Record<UiLanguage, Language> = { ja: 'ja', jaEasy: 'ja-easy', en: 'en' };
/** What `lang` says: easy Japanese is Japanese to a screen reader and to the line breaker. */
const LANG_ATTRIBUTE: Record<Language, string> = { ja: 'ja', 'ja-easy': 'ja', en: 'en' };

class Appearance {
  settings = $state.raw<Settings>({
    language: 'ja',
    textSize: 'medium',
    theme: 'system',
    density: 'normal',
    idleMinutes: 10,
  });

  /** Why a change is not kept; it is shown all the same. */
  failure = $state.raw<Failure | null>(null);

  async load(): Promise<void> {
    this.#show(await call('settings', {}));
  }

  /** Changes what is given and keeps the rest. */
  async change(changes: Partial<Settings>): Promise<void> {
    const settings = { ...this.settings, ...changes };
    this.#show(settings);
    this.failure = null;
    try {
      await call('settings_change', settings);
    } catch (error) {
      this.failure = failureOf(error);
    }
  }

  #show(settings: Settings): void {
    this.settings = settings;
    locale.language = LANGUAGE[settings.language];
    const root = document.documentElement;
    root.lang = LANG_ATTRIBUTE[locale.language];
    root.dataset['language'] = locale.language;
    root.dataset['textSize'] = settings.textSize;
    root.dataset['density'] = settings.density;
    if (settings.theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = settings.theme;
    document.title = t('app-name');
  }
}

export const appearance = new Appearance();
