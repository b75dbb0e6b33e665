/** Of the command. A signal that ends it at once makes it 1, too: work was cut off. */
export const exitCodes = { inOrder: 0, failed: 1, usedWrongly: 2 } as const;
