/**
 * The 256 values of A-law as 16-bit samples.
 *
 * @see ITU-T G.711, table 1a: 13 bits, here shifted up to 16; even bits are sent inverted.
 */
export const aLawValues: Int16Array = Int16Array.from({ length: 256 }, (_, code) => {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = bits & 15;
  const magnitude = exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1);
  return bits & 0x80 ? magnitude : -magnitude;
});

/**
 * The 256 values of mu-law as 16-bit samples.
 *
 * @see ITU-T G.711, table 2a: 14 bits, here shifted up to 16; all bits are sent inverted.
 */
export const muLawValues: Int16Array = Int16Array.from({ length: 256 }, (_, code) => {
  const bits = ~code & 0xff;
  const magnitude = ((((bits & 15) << 3) + 0x84) << ((bits >> 4) & 7)) - 0x84;
  return bits & 0x80 ? -magnitude : magnitude;
});
