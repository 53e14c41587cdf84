import { useEffect, useState } from 'preact/hooks';

/** The layout of the window, depending on its width: `columns` side by side, or `narrow` with one column of tabs. */
export type Layout = 'columns' | 'narrow';

/** Width in px below which two columns would truncate what one column shows in full. */
const COLUMNS_FROM = 700;

export function layoutOf(width: number): Layout {
  return width < COLUMNS_FROM ? 'narrow' : 'columns';
}

/** The layout for the present window size. */
export function useLayout(): Layout {
  const [layout, setLayout] = useState(() => layoutOf(window.innerWidth));
  useEffect(() => {
    const onResize = (): void => setLayout(layoutOf(window.innerWidth));
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, []);
  return layout;
}

/** Heights in px of a row of the list and the tree, and of a row of octets. They depend on the fonts that the user has set. */
export interface RowHeights {
  readonly row: number;
  readonly octets: number;
}

export function rowHeights(fontSize: number, editorFontSize: number): RowHeights {
  return { row: Math.max(22, Math.round(fontSize * 1.7)), octets: Math.max(20, Math.round(editorFontSize * 1.5)) };
}

/** The row heights for the fonts of the page; updated when theme or settings change. */
export function useRowHeights(): RowHeights {
  const [heights, setHeights] = useState(readHeights);
  useEffect(() => {
    const update = (): void =>
      setHeights((old) => {
        const now = readHeights();
        return now.row === old.row && now.octets === old.octets ? old : now;
      });
    // VS Code sets fonts and colours in the style and class attributes of the page.
    const observer = new MutationObserver(update);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style', 'class'] });
    return () => observer.disconnect();
  }, []);
  return heights;
}

function readHeights(): RowHeights {
  const style = getComputedStyle(document.documentElement);
  const px = (name: string, fallback: number): number => parseFloat(style.getPropertyValue(name)) || fallback;
  return rowHeights(px('--vscode-font-size', 13), px('--vscode-editor-font-size', 14));
}
