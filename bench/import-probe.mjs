// @ts-check
// Imports one module in a fresh process and tells how long it took and what the process weighs then. Without an argument: bare Node.
const specifier = process.argv[2];
const startMs = performance.now();
if (specifier !== undefined) await import(specifier);
const importMs = performance.now() - startMs;
process.stdout.write(JSON.stringify({ importMs, rssMb: process.memoryUsage.rss() / 1_000_000 }));
