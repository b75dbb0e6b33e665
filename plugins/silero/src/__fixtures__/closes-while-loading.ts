// Run by a test: closes a VAD at several moments of its loading, which takes some 150 ms.
import { realClock } from '@parley/core/provider-kit';
import { createSilero } from '../index.js';

const momentsMs = [0, 40, 80, 120, 160];

async function main(): Promise<void> {
  for (const momentMs of momentsMs) {
    const vad = createSilero();
    const loading = vad.prewarm?.({ signal: new AbortController().signal, clock: realClock });
    const settled = Promise.allSettled([loading]);
    await new Promise<void>((resolve) => {
      realClock.after(momentMs, resolve);
    });
    await vad.close?.();
    await settled;
  }
  process.stdout.write('closed\n');
}

main().catch((error: unknown) => {
  process.stderr.write(String(error));
  process.exitCode = 1;
});
