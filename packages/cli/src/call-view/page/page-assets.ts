import { readFile } from 'node:fs/promises';

/** What is put into the page as it is. */
export interface PageAssets {
  readonly style: string;
  readonly script: string;
}

/** Reads the page's style sheet and script, which lie beside this file. */
export async function loadPageAssets(): Promise<PageAssets> {
  const [style, script] = await Promise.all([read('call-page.css'), read('call-page.browser.js')]);
  return { style, script };
}

function read(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), 'utf8');
}
