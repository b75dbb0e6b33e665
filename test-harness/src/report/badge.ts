import type { ConformanceReport } from './conformance-report.js';

/** For `https://img.shields.io/endpoint?url=…`. @see https://shields.io/badges/endpoint-badge */
export function badgeJson({ level, result }: ConformanceReport): string {
  return `${JSON.stringify({ schemaVersion: 1, label: 'parley conformance', message: message(level, result), color: colour(level, result) })}\n`;
}

/** The same as a picture, for a README that asks no server. */
export function badgeSvg({ level, result }: ConformanceReport): string {
  const text = message(level, result);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="196" height="20" role="img" aria-label="parley conformance: ${text}">
  <rect width="124" height="20" fill="#555"/><rect x="124" width="72" height="20" fill="${hex[colour(level, result)]}"/>
  <g fill="#fff" text-anchor="middle" font-family="Verdana,sans-serif" font-size="11">
    <text x="62" y="14">parley conformance</text><text x="160" y="14">${text}</text>
  </g>
</svg>
`;
}

const hex = { brightgreen: '#4c1', yellow: '#dfb317', red: '#e05d44' } as const;

const message = (level: ConformanceReport['level'], result: ConformanceReport['result']): string =>
  result === 'the kit failed' ? 'unknown' : `level ${level}`;

const colour = (level: ConformanceReport['level'], result: ConformanceReport['result']): keyof typeof hex =>
  result !== 'conforms' || level === 0 ? 'red' : level === 5 ? 'brightgreen' : 'yellow';
