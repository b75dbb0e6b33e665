export const version: string = 'first';
