import type { ConformanceReport } from './conformance-report.js';

/** For `https://img.shields.io/endpoint?url=…`. @see https://shields.io/badges/endpoint-badge */
export function badgeJson(report: Badged): string {
  return `${JSON.stringify({ schemaVersion: 1, label: 'parley conformance', message: message(report), color: colour(report) })}\n`;
}

/** The same as a picture, for a README that asks no server. */
export function badgeSvg(report: Badged): string {
  const text = message(report);
  const width = Math.max(72, Math.ceil(text.length * characterWidth) + 20);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${124 + width}" height="20" role="img" aria-label="parley conformance: ${text}">
  <rect width="124" height="20" fill="#555"/><rect x="124" width="${width}" height="20" fill="${hex[colour(report)]}"/>
  <g fill="#fff" text-anchor="middle" font-family="Verdana,sans-serif" font-size="11">
    <text x="62" y="14">parley conformance</text><text x="${124 + width / 2}" y="14">${text}</text>
  </g>
</svg>
`;
}

type Badged = Pick<ConformanceReport, 'level' | 'label' | 'result'>;

/** Of Verdana at 11 pixels, on average. */
const characterWidth = 6.2;
const hex = { brightgreen: '#4c1', green: '#97ca00', yellow: '#dfb317', red: '#e05d44' } as const;

const message = ({ label, result }: Badged): string => (result === 'the kit failed' ? 'unknown' : `level ${label}`);

/** The brightest is for what was proven whole. */
function colour({ level, label, result }: Badged): keyof typeof hex {
  if (result !== 'conforms' || level === 0) return 'red';
  if (level < 5) return 'yellow';
  return label === String(level) ? 'brightgreen' : 'green';
}
