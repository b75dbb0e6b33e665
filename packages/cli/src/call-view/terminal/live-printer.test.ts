import { expect, test } from 'vitest';
import { agentSaid, agentState, sampleStart, transcribed, userState } from '../call/__fixtures__/sample-call.js';
import { LivePrinter, type TextScreen } from './live-printer.js';
import { quietStatus, statusText } from './live-status.js';

function printerOn(screen: Omit<TextScreen, 'write'>): { readonly printer: LivePrinter; readonly text: () => string } {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  return { printer: new LivePrinter({ screen: { ...screen, write }, startedAt: sampleStart }), text: () => text };
}

test('in a pipe there are whole lines only, without a single escape sequence', () => {
  const { printer, text } = printerOn({ hasColors: () => true });
  printer.event(userState(100, 'listening', 'speaking'));
  printer.event(transcribed(200, 'what time', false));
  printer.transcript({ speaker: 'agent', segmentId: 'a', text: 'On', final: false });
  printer.event(transcribed(300, 'what time do you open', true));
  printer.close();
  expect(text()).toBe('    0:00.1  caller    (speaking)\n    0:00.3  caller    what time do you open\n');
});

test('on a terminal the last row shows the words as they come, and gives way to each line', () => {
  const { printer, text } = printerOn({ isTTY: true, columns: 80, hasColors: () => false });
  printer.event(userState(100, 'listening', 'speaking'));
  printer.event(transcribed(200, 'what time', false));
  expect(text().endsWith('\r\u001B[2K  caller ● speaking     agent ○ initializing   what time')).toBe(true);
  printer.event(transcribed(300, 'what time do you open', true));
  expect(text()).toContain('\r\u001B[2K    0:00.3  caller    what time do you open\n');
  printer.close();
  expect(text().endsWith('\r\u001B[2K')).toBe(true);
});

test('the words of the agent are shown as they are heard, and go once the reply is in the history', () => {
  const { printer, text } = printerOn({ isTTY: true, columns: 80 });
  printer.event(agentState(0, 'listening', 'speaking'));
  printer.transcript({ speaker: 'agent', segmentId: 'a', text: 'On Sunday', final: false });
  expect(text().endsWith('agent ● speaking       On Sunday')).toBe(true);
  printer.event(agentSaid(900, 'On Sunday we are open.'));
  expect(text().endsWith('agent ● speaking')).toBe(true);
});

test('the last row never grows beyond the width of the terminal, and shows the newest words', () => {
  const status = { ...quietStatus, callerText: `${'and so on '.repeat(30)}goodbye` };
  for (const columns of [20, 49, 60, 120]) expect(statusText(status, columns).length).toBeLessThan(columns);
  expect(statusText(status, 80).endsWith('goodbye')).toBe(true);
});

test('nothing is written when nothing changes', () => {
  const { printer, text } = printerOn({ isTTY: true, columns: 80 });
  printer.transcript({ speaker: 'agent', segmentId: 'a', text: 'On', final: false });
  const before = text();
  printer.transcript({ speaker: 'agent', segmentId: 'a', text: 'On', final: false });
  expect(text()).toBe(before);
});

test('a terminal that does not know its width gets whole lines', () => {
  const { printer, text } = printerOn({ isTTY: true, columns: 0 });
  printer.event(agentSaid(0, 'On Sunday we are open from noon until ten in the evening.'));
  expect(text()).toContain('    0:00.0  agent     On Sunday we are open from noon until ten in the evening.\n');
  expect(text().endsWith('  caller ○ listening    agent ○ initializing')).toBe(true);
});
