/** The language of a BCP 47 tag, for vendors that take ISO 639: `en` of `en-GB`. */
export const primaryTag = (language: string): string => language.split('-')[0] ?? language;
