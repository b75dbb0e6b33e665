// @ts-check

/** A file in memory, which grows as it is written. */
export class MemoryFile {
  #bytes = new Uint8Array(1 << 16);
  #length = 0;
  #position = 0;

  /** @param {Uint8Array} bytes Copied. */
  write(bytes) {
    const end = this.#position + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#position);
    this.#position = end;
    this.#length = Math.max(this.#length, end);
  }

  /**
   * @param {number} offset
   * @param {number} whence 0 from the start, 1 from here, 2 from the end.
   * @returns {number} The new position.
   */
  seek(offset, whence) {
    const from = [0, this.#position, this.#length][whence] ?? 0;
    this.#position = Math.max(0, from + offset);
    return this.#position;
  }

  /** @returns {Uint8Array} Valid until the next write. */
  contents() {
    return this.#bytes.subarray(0, this.#length);
  }
}
