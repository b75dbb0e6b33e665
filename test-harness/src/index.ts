/** The version of the contract whose rules this kit proves. */
export const specificationVersion = 1;
