import { offsetText } from '../call/offset-text.js';
import type { TranscriptEntry } from '../call/transcript-entry.js';
import { callerWords } from '../call/caller-words.js';
import { escapeHtml } from './escape-html.js';

const speakerNames = { caller: 'Caller', agent: 'Agent' } as const;

/** The transcript, each line with a button that seeks to it; what was never heard is struck out. */
export function transcriptSection(entries: readonly TranscriptEntry[]): string {
  const body =
    entries.length === 0 ? '<p class="empty">Nothing was said.</p>' : `<ol class="transcript">\n${entries.map(line).join('\n')}\n</ol>`;
  return `<section class="card" aria-labelledby="transcript-title"><h2 id="transcript-title">Transcript</h2>\n${body}\n</section>`;
}

function line(entry: TranscriptEntry): string {
  const time = `<button type="button" class="time" title="Go to this point">${offsetText(entry.startMs)}</button>`;
  const [kind, who, text] = content(entry);
  return `<li class="${kind}" data-start="${Math.round(entry.startMs)}" data-end="${Math.round(entry.endMs)}">${time}<span class="who">${who}</span><p>${text}</p></li>`;
}

function content(entry: TranscriptEntry): readonly [kind: string, who: string, text: string] {
  switch (entry.type) {
    case 'message': {
      const heard = entry.speaker === 'caller' ? callerHtml(entry.text) : escapeHtml(entry.text);
      const unheard =
        entry.unheardText === undefined ? '' : ` <del title="Never heard: the caller interrupted">${escapeHtml(entry.unheardText)}</del>`;
      const mark = entry.interrupted ? ' <span class="mark">interrupted</span>' : '';
      return [entry.speaker, speakerNames[entry.speaker], `${heard}${unheard}${mark}`];
    }
    case 'tool':
      return [
        entry.isError ? 'tool failed' : 'tool',
        'Tool',
        `<code>${escapeHtml(entry.call)}</code> <span class="output">${escapeHtml(entry.output)}</span>`,
      ];
    case 'note':
      return [entry.isProblem ? 'note problem' : 'note', 'Note', escapeHtml(entry.text)];
    default:
      return entry satisfies never;
  }
}

function callerHtml(transcript: string): string {
  const { text, isRemark } = callerWords(transcript);
  return isRemark ? `<em>${escapeHtml(text)}</em>` : escapeHtml(text);
}
