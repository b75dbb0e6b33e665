/** One line of what `doctor` has to say. Only `problem` makes it fail. */
export interface Finding {
  readonly mark: 'good' | 'note' | 'problem';
  readonly text: string;
}

const signs = { good: 'ok  ', note: '-   ', problem: 'FAIL' } as const;
/** Select Graphic Rendition parameters: ECMA-48, section 8.3.117. */
const colours = { good: '32', note: '2', problem: '31' } as const;

export const findingLine = ({ mark, text }: Finding, useColors: boolean): string =>
  `  ${useColors ? `\u001B[${colours[mark]}m${signs[mark]}\u001B[0m` : signs[mark]}  ${text}\n`;
