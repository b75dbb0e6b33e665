/** What a plugin does that takes no account of large messages. @throws {RangeError} It is longer than the limit, if there is one. */
export function mustBeShort(message: string, longest: number | undefined): void {
  if (longest !== undefined && message.length > longest) throw new RangeError(`a message has ${message.length} characters`);
}
