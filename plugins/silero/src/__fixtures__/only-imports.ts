// Run by a test: what importing the plugin, and making a VAD, does to a process.
import { createRequire } from 'node:module';

async function main(): Promise<void> {
  const before = process.getActiveResourcesInfo();
  const { createSilero, parleyPlugin } = await import('../index.js');
  createSilero();
  parleyPlugin.kinds.vad.create({ name: parleyPlugin.kinds.vad.defaultModel });
  const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.includes('onnxruntime'));
  const opened = () => process.getActiveResourcesInfo().length - before.length;
  // Node itself reads the modules' files, on newer versions side by side: it is done with them a few turns later.
  for (let turn = 0; turn < 500 && opened() > 0; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
  process.stdout.write(JSON.stringify({ opened: Math.max(0, opened()), loaded }));
}

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
