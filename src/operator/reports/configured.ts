import type { Against } from '../../config/against';
import type { Configured } from '../../pages';

/** What configurations say about a capture, in the form its window needs. */
export function configuredOf({ replies, unsent }: Against): Configured {
  const places: Configured['places'][number][] = [];
  const known = new Map<string, number>();
  const placeOf = ({ path, line }: { readonly path: string; readonly line: number }): number => {
    const key = `${line} ${path}`;
    let place = known.get(key);
    if (place === undefined) {
      known.set(key, (place = places.length));
      places.push({ name: `${path.replace(/^.*[\\/]/, '')}:${line}`, path, line });
    }
    return place;
  };
  return {
    made: Object.fromEntries(
      replies.map(({ frame, statements }) => [
        frame,
        statements.map((one) => ({ place: placeOf(one), field: one.field, what: one.what })),
      ]),
    ),
    unsent: Object.fromEntries(
      unsent.map(({ frame, about, why, ...at }) => [frame, { place: placeOf(at), about, why }]),
    ),
    places,
  };
}
