/**
 * Another iterable, read in step with the first: ends, fails, and is left as that is.
 *
 * @param atEnd What comes after the last item, if it ends by itself.
 */
export function mapped<In, Out>(
  stream: AsyncIterable<In>,
  change: (item: In) => Out | readonly Out[] | Promise<Out>,
  atEnd: () => readonly Out[] = () => [],
): AsyncIterable<Out> {
  return {
    [Symbol.asyncIterator]() {
      const iterator = stream[Symbol.asyncIterator]();
      const waiting: Out[] = [];
      let hasEnded = false;
      return {
        async next(): Promise<IteratorResult<Out, undefined>> {
          for (;;) {
            const first = waiting.shift();
            if (first !== undefined) return { done: false, value: first };
            if (hasEnded) return { done: true, value: undefined };
            const next = await iterator.next();
            hasEnded = next.done === true;
            const changed = next.done === true ? atEnd() : await change(next.value);
            waiting.push(...(isList(changed) ? changed : [changed]));
          }
        },
        async return(): Promise<IteratorResult<Out, undefined>> {
          await iterator.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

const isList = <Out>(changed: Out | readonly Out[]): changed is readonly Out[] => Array.isArray(changed);
