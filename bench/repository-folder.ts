/** The repository's own folder, as a `file:` address that ends in a slash; for the sources and for what is built of them, which lies one deeper. */
export const repositoryFolder: URL = new URL(import.meta.url.includes('/bench/dist/') ? '../../' : '../', import.meta.url);
