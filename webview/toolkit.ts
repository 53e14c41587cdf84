/** The one file that knows the UI toolkit: registers its controls and gives their tags types. */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import type { HTMLAttributes } from 'preact';

/**
 * Registers the controls that the window uses. The badge is not among them: its template has a style attribute, which the content
 * security policy forbids.
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

/** The text that a text field of the toolkit holds. */
export function textOf(target: EventTarget | null): string {
  return target && 'value' in target && typeof target.value === 'string' ? target.value : '';
}

declare module 'preact' {
  // The one way to tell TypeScript of further tags.
  // eslint-disable-next-line @typescript-eslint/no-namespace
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': ButtonAttributes;
      'vscode-progress-ring': HTMLAttributes<HTMLElement>;
      'vscode-text-field': TextFieldAttributes;
    }
  }
}
