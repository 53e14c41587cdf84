/** Two series, each in the order of its ranks, as one. */
export function* inOrder<T>(a: Iterable<T>, b: Iterable<T>, rankOf: (item: T) => number): Generator<T> {
  const [left, right] = [a[Symbol.iterator](), b[Symbol.iterator]()];
  let one = left.next();
  let other = right.next();
  while (!one.done || !other.done) {
    if (other.done || (!one.done && rankOf(one.value) < rankOf(other.value))) {
      yield one.value as T;
      one = left.next();
    } else {
      yield other.value;
      other = right.next();
    }
  }
}
