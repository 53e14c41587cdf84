import { useEffect, useState } from 'preact/hooks';

/**
 * How the panes lie, by the width of the window in px: `stack` all one above the other, the page scrolls; `halves` the list
 * above, tree and details side by side below; `wide` the hints beside the list as well; `broad` three panes below.
 */
export type Layout = 'stack' | 'halves' | 'wide' | 'broad';

export function layoutOf(width: number): Layout {
  if (width < 640) return 'stack';
  if (width < 1100) return 'halves';
  return width < 1700 ? 'wide' : 'broad';
}

/** The layout for the window as it is. */
export function useLayout(): Layout {
  const [layout, setLayout] = useState(() => layoutOf(window.innerWidth));
  useEffect(() => {
    const onResize = (): void => setLayout(layoutOf(window.innerWidth));
    window.addEventListener('resize', onResize);
    return () => window.removeEventListener('resize', onResize);
  }, []);
  return layout;
}

/** Heights in px of a row of the list and the tree, and of a row of octets: they follow the fonts that the person has set. */
export interface RowHeights {
  readonly row: number;
  readonly octets: number;
}

export function rowHeights(fontSize: number, editorFontSize: number): RowHeights {
  return { row: Math.max(22, Math.round(fontSize * 1.7)), octets: Math.max(20, Math.round(editorFontSize * 1.5)) };
}

/** The row heights for the fonts of the page; follows a change of theme or settings. */
export function useRowHeights(): RowHeights {
  const [heights, setHeights] = useState(readHeights);
  useEffect(() => {
    const update = (): void =>
      setHeights((old) => {
        const now = readHeights();
        return now.row === old.row && now.octets === old.octets ? old : now;
      });
    // VS Code sets fonts and colours as style and class of the page.
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
