import type { Translations } from '../src/protocol';

let translations: Translations = {};

/** Takes the translations that the host has put into the page; anything but a JSON object of strings is left out. */
export function loadTranslations(json: string): void {
  const found: Record<string, string> = {};
  try {
    const parsed: unknown = JSON.parse(json);
    if (typeof parsed === 'object' && parsed !== null) {
      for (const [key, value] of Object.entries(parsed)) if (typeof value === 'string') found[key] = value;
    }
  } catch {
    // A page without translations speaks English.
  }
  translations = found;
}

/** The text in the person's language, `{0}`, `{1}` … replaced by `args`; the English text where there is no translation. */
export function t(text: string, ...args: readonly (string | number)[]): string {
  const translated = Object.hasOwn(translations, text) ? translations[text]! : text;
  // One pass, so that a brace in an argument is never taken for a place to fill.
  return translated.replace(/\{(\d+)\}/g, (place, digits: string) => {
    const arg = args[Number(digits)];
    return arg === undefined ? place : String(arg);
  });
}

/** A whole number as the person's language writes it: 1234567 → 1,234,567. */
export function count(value: number): string {
  numbers ??= new Intl.NumberFormat(typeof document === 'undefined' ? 'en' : document.documentElement.lang || 'en');
  return numbers.format(value);
}

/** Making one takes longer than drawing a row. */
let numbers: Intl.NumberFormat | undefined;
