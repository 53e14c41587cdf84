import type { Boot } from '../src/protocol';

/** Reads the data that the host has put into the page; anything of the wrong shape counts as missing. */
export function bootOf(json: string): Boot {
  let found: unknown;
  try {
    found = JSON.parse(json);
  } catch {
    // A page without it starts empty.
  }
  const { view, products, text } = (typeof found === 'object' && found !== null ? found : {}) as Record<
    string,
    unknown
  >;
  return {
    view,
    products: Array.isArray(products) ? products.filter((one) => typeof one === 'string') : [],
    ...(typeof text === 'string' ? { text } : {}),
  };
}
