import { type StageName, stageNames, type TurnLatency } from '../call/turn-latency.js';
import { escapeHtml } from './escape-html.js';

/** A turn's latency beside what it answers. */
export interface LatencyRow {
  readonly latency: TurnLatency;
  /** The caller's words, or what else the agent spoke for. */
  readonly title: string;
}

/** The silence before each reply, by stage: a bar to compare, and the figures. */
export function latencySection(rows: readonly LatencyRow[], note = ''): string {
  const head = '<section class="card" aria-labelledby="latency-title"><h2 id="latency-title">Silence before each reply, by stage</h2>';
  if (rows.length === 0) return `${head}\n<p class="empty">No reply was heard.</p></section>`;
  const present = stageNames.filter((name) => rows.some((row) => row.latency.stages.some((stage) => stage.name === name)));
  const longestMs = Math.max(...rows.map((row) => row.latency.responseMs), 1);
  return `${head}
<p class="legend">${present.map((name) => `<span class="${className(name)}">${name}</span>`).join('')}</p>
<div class="scroll"><table>
<thead><tr><th scope="col">Reply to</th>${present.map((name) => `<th scope="col">${name}</th>`).join('')}<th scope="col">silence</th></tr></thead>
<tbody>
${rows.map((row) => tableRows(row, present, longestMs)).join('\n')}
</tbody>
</table></div>
<p class="unit">Milliseconds, from the end of the caller's voice to the agent's first sound.${note === '' ? '' : ` ${escapeHtml(note)}`}</p>
</section>`;
}

function tableRows({ latency, title }: LatencyRow, present: readonly StageName[], longestMs: number): string {
  const durationOf = (name: StageName) => latency.stages.find((stage) => stage.name === name)?.durationMs;
  const bar = latency.stages
    .map((stage) => `<i class="${className(stage.name)}" style="width:${((100 * stage.durationMs) / longestMs).toFixed(2)}%"></i>`)
    .join('');
  const cells = present.map((name) => `<td>${milliseconds(durationOf(name))}</td>`).join('');
  return `<tr><th scope="row" title="${escapeHtml(title)}">${escapeHtml(title)}</th>${cells}<td class="total">${milliseconds(latency.responseMs)}</td></tr>
<tr class="bar" aria-hidden="true"><td colspan="${present.length + 2}"><div>${bar}</div></td></tr>`;
}

function className(name: StageName): string {
  return `stage-${name.toLowerCase().replaceAll(' ', '-')}`;
}

function milliseconds(durationMs: number | undefined): string {
  if (durationMs === undefined) return '–';
  return durationMs < 10 ? durationMs.toFixed(1) : durationMs.toFixed(0);
}
