/** The failure of a stream, whether it is thrown when the call is made or by its first read. Rejects if it does not fail there. */
export async function failureOfStream<Event>(open: () => AsyncIterable<Event>): Promise<unknown> {
  let iterator: AsyncIterator<Event>;
  try {
    iterator = open()[Symbol.asyncIterator]();
    const next = iterator.next();
    await next;
  } catch (error) {
    return error;
  }
  void iterator.return?.().then(undefined, () => {});
  throw new Error('it did not fail');
}
