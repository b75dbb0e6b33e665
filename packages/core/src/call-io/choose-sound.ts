/**
 * Which of several, by chance.
 *
 * @param probabilities 0 to 1 each. What they lack to 1 together is the probability of none; if they are more they are shares.
 * @param chance From 0 on, below 1.
 * @returns Its index; nothing: none.
 */
export function chooseSound(probabilities: readonly number[], chance: number): number | undefined {
  const total = probabilities.reduce((sum, probability) => sum + probability, 0);
  let left = chance * Math.max(1, total);
  for (const [index, probability] of probabilities.entries()) {
    if (left < probability) return index;
    left -= probability;
  }
  return undefined;
}
