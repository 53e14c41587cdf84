/** The only file that uses the UI toolkit: registers its controls and declares types for their tags. */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import type { HTMLAttributes } from 'preact';

/**
 * Registers the controls that the window uses. The badge is not among them, because its
 * template has a style attribute, which the content security policy forbids.
 */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeProgressRing(), vsCodeTextField());
}

interface ButtonAttributes extends HTMLAttributes<HTMLElement> {
  appearance?: 'primary' | 'secondary' | 'icon';
  disabled?: boolean;
}

interface TextFieldAttributes extends HTMLAttributes<HTMLElement> {
  value?: string;
  placeholder?: string;
}

/** The text in a text field of the toolkit. */
export function textOf(target: EventTarget | null): string {
  return target && 'value' in target && typeof target.value === 'string' ? target.value : '';
}

declare module 'preact' {
  // TypeScript has no other way to declare further tags.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': ButtonAttributes;
      'vscode-progress-ring': HTMLAttributes<HTMLElement>;
      'vscode-text-field': TextFieldAttributes;
    }
  }
}
