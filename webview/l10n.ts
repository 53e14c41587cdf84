import type { Translations } from '../src/protocol';

let translations: Translations = {};

/** Loads the translations that the host has put into the page; anything but a JSON object of strings is ignored. */
export function loadTranslations(json: string): void {
  const found: Record<string, string> = {};
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed === 'object' && parsed !== null) {
      for (const [key, value] of Object.entries(parsed)) if (typeof value === 'string') found[key] = value;
    }
  } catch {
    // Without translations the page is in English.
  }
  translations = found;
}

/** The text in the user's language, with `{0}`, `{1}` … replaced by `args`; the English text if there is no translation. */
export function t(text: string, ...args: readonly (string | number)[]): string {
  const translated = Object.hasOwn(translations, text) ? translations[text]! : text;
  // One pass, so that braces in an argument are never taken for a placeholder.
  return translated.replace(/\{(\d+)\}/g, (place, digits: string) => {
    const arg = args[Number(digits)];
    return arg === undefined ? place : String(arg);
  });
}

/** An integer formatted for the user's language: 1234567 → 1,234,567. */
export function count(value: number): string {
  numbers ??= new Intl.NumberFormat(typeof document === 'undefined' ? 'en' : document.documentElement.lang || 'en');
  return numbers.format(value);
}

/** Kept, because creating one takes longer than drawing a row. */
let numbers: Intl.NumberFormat | undefined;
