import type { Clock } from '@parley/core/provider';
import { exitCodes } from '../exit-codes.js';
import { loadLiveKit } from '../load-livekit.js';
import type { SettledOptions } from '../settle-options.js';
import type { Surroundings } from '../surroundings.js';
import { UsageError } from '../usage-error.js';
import { type Finding, findingLine } from './finding.js';
import { installedPackages, loadPackage } from './find-plugins.js';
import { packageFindings } from './plugin-findings.js';
import { runtimeFindings } from './runtime-findings.js';

const variables = { url: 'LIVEKIT_URL', apiKey: 'LIVEKIT_API_KEY', apiSecret: 'LIVEKIT_API_SECRET' } as const;

/**
 * Looks at what a call needs, and says what it finds.
 *
 * @returns The exit code: 1 if something is wrong.
 */
export async function runDoctor(options: SettledOptions, surroundings: Surroundings): Promise<number> {
  const { screen, environment, folder, clock } = surroundings;
  let isWell = true;
  const tell = (title: string, findings: readonly Finding[]) => {
    screen.write(`${title}\n`);
    for (const finding of findings) screen.write(findingLine(finding, screen.isTTY === true && screen.hasColors?.() === true));
    isWell &&= findings.every(({ mark }) => mark !== 'problem');
  };
  const { node } = process.versions;
  tell('Runtime', runtimeFindings({ node: `v${node}`, platform: process.platform, architecture: process.arch, glibc: glibcVersion() }));
  const packages = installedPackages(folder);
  const loaded = await Promise.all(packages.map((one) => loadPackage(one, folder)));
  tell(
    `Packages found from ${folder}`,
    loaded.length === 0
      ? [{ mark: 'problem', text: 'none: run it in the folder of the application, after npm install' }]
      : loaded.flatMap((one) => packageFindings(one, environment)),
  );
  tell('LiveKit server', await serverFindings(options, clock));
  return isWell ? exitCodes.inOrder : exitCodes.failed;
}

async function serverFindings({ liveKit }: SettledOptions, clock: Clock): Promise<readonly Finding[]> {
  const all = Object.entries(variables);
  const missing = all.flatMap(([name, variable]) => (Reflect.get(liveKit, name) === undefined ? [variable] : []));
  if (missing.length === all.length) return [{ mark: 'note', text: `no server: ${missing.join(', ')} are not set; "call" needs none` }];
  if (missing.length > 0) return [{ mark: 'problem', text: `${missing.join(' and ')} not set` }];
  try {
    const { checkLiveKitServer } = await loadLiveKit();
    const { url, apiKey, apiSecret } = liveKit;
    const shown = await checkLiveKitServer({ url, apiKey, apiSecret, clock });
    return [{ mark: 'good', text: `${shown} is reached, and takes key and secret` }];
  } catch (error) {
    const isTold = error instanceof UsageError || error instanceof Error;
    return [{ mark: 'problem', text: isTold ? error.message.replace(/^livekit: /, '') : String(error) }];
  }
}

/** Node tells it in its report, on Linux with glibc alone. */
function glibcVersion(): string | undefined {
  const report: unknown = process.report.getReport();
  const header: unknown = Reflect.get(Object(report), 'header');
  const version: unknown = Reflect.get(Object(header), 'glibcVersionRuntime');
  return typeof version === 'string' ? version : undefined;
}
