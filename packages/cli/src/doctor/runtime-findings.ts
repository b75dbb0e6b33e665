import type { Finding } from './finding.js';

/** Node from here on. */
const floor = [20, 19] as const;

export interface Runtime {
  /** Such as `v20.19.4`. */
  readonly node: string;
  readonly platform: string;
  readonly architecture: string;
  /** Of the C library, where it is glibc. */
  readonly glibc: string | undefined;
}

export function runtimeFindings({ node, platform, architecture, glibc }: Runtime): readonly Finding[] {
  const [major = 0, minor = 0] = node.replace(/^v/, '').split('.').map(Number);
  const isOld = major < floor[0] || (major === floor[0] && minor < floor[1]);
  const where = `${platform} ${architecture}${glibc === undefined ? '' : `, glibc ${glibc}`}`;
  return [
    isOld
      ? { mark: 'problem', text: `Node ${node}: Parley needs ${floor.join('.')} or newer` }
      : { mark: 'good', text: `Node ${node} on ${where}` },
    ...(platform === 'linux' && glibc === undefined
      ? ([{ mark: 'note', text: 'no glibc here (Alpine?): calls in LiveKit rooms need it' }] as const)
      : []),
  ];
}
