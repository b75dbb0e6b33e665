// Run by a test: what importing the plugin, and making a VAD, does to a process.
import { createRequire } from 'node:module';

async function main(): Promise<void> {
  const before = process.getActiveResourcesInfo();
  const { createSilero, parleyPlugin } = await import('../index.js');
  createSilero();
  parleyPlugin.kinds.vad.create({ name: parleyPlugin.kinds.vad.defaultModel });
  const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('onnxruntime'));
  process.stdout.write(JSON.stringify({ opened: process.getActiveResourcesInfo().length - before.length, loaded }));
}

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
