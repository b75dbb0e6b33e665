import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** Where Chromium is: named by `PARLEY_CHROMIUM`, or on the PATH. */
function findChromium(): string | undefined {
  const named = process.env['PARLEY_CHROMIUM'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...(named === undefined ? [] : [named]), ...onPath].find((file) => existsSync(file));
}

/**
 * Whether tests can open a browser; if not, says loudly that they are left out.
 *
 * @throws {Error} There is none, and `PARLEY_REQUIRE` says that it must not be missing.
 */
export function hasChromium(): boolean {
  if (findChromium() !== undefined) return true;
  const how = 'apt-get install chromium, or name one in PARLEY_CHROMIUM';
  const isRequired = (process.env['PARLEY_REQUIRE'] ?? '').split(',').includes('chromium');
  if (isRequired) throw new Error(`PARLEY_REQUIRE names chromium, but there is none: ${how}`);
  process.stderr.write(`\nSKIPPED: there is no Chromium, so no browser talks to the agent (${how})\n\n`);
  return false;
}

/** A browser without a window, whose microphone plays this WAV file once from when it is opened, and whose camera shows a test pattern. */
export function launchChromium(microphonePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium() ?? '',
    // The test ends it; signals are for the test's own process.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      `--use-file-for-fake-audio-capture=${microphonePath}%noloop`,
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}
