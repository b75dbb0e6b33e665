// @ts-check

/**
 * The engine's `WebAssembly`, as far as it is used here. TypeScript has its types only in the browser's library, which would bring the
 * whole browser with it.
 *
 * @typedef {{ readonly buffer: ArrayBuffer }} Memory
 * @type {{
 *   readonly Module: new (bytes: Uint8Array) => object,
 *   readonly Instance: new (module: object, imports: object) => { readonly exports: Readonly<Record<string, unknown>> },
 *   readonly Memory: new (descriptor: { readonly initial: number }) => Memory,
 * }}
 */
export const webAssembly = Reflect.get(globalThis, 'WebAssembly');
