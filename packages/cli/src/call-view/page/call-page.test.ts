import type { AgentEvent } from '@parley/core';
import { beforeAll, expect, test } from 'vitest';
import { agentSaid, sampleCall, sampleStart, toolRan, userSaid } from '../call/__fixtures__/sample-call.js';
import { callPage, type PageAudio } from './call-page.js';
import { escapeHtml, scriptJson } from './escape-html.js';
import { loadPageAssets, type PageAssets } from './page-assets.js';

const peaks = { durationMs: sampleCall.durationMs, peaksPerSecond: 100, left: new Int8Array(11_520), right: new Int8Array(11_520) };
const embedded: PageAudio = { type: 'embedded', base64: 'UklGRg==' };
let assets: PageAssets;
beforeAll(async () => {
  assets = await loadPageAssets();
});

const pageOf = (events: readonly AgentEvent[], more: { readonly title?: string; readonly audio?: PageAudio } = {}) =>
  callPage({ title: more.title ?? 'A call', record: { ...sampleCall, events }, peaks, audio: more.audio ?? embedded, assets });

test('the page strikes out what was never heard, and nothing else', () => {
  const page = pageOf(sampleCall.events);
  expect(page.match(/<del/g)).toHaveLength(1);
  expect(page).toMatch(/the kitchen closes at ten, and we <del[^>]*>keep your table for half an hour\./);
});

test('the page has the words, tools, figures and stages of the call', () => {
  const page = pageOf(sampleCall.events);
  expect(page).toContain('hello what time do you open on sunday');
  expect(page).toContain('book_table(day: friday, time: seven, size: four)');
  expect(page).toContain('<td class="total">572</td>');
  expect(page).toContain('<em>not understood</em>');
  expect(page).toContain('<span>1 interruption</span>');
  expect(page).toContain('<div class="cut"');
});

test('nothing that was said, called or answered is markup', () => {
  const evil = `</script><script>alert(1)</script><img src=x onerror="alert(2)">' onload='`;
  const page = pageOf(
    [
      userSaid(10, evil),
      agentSaid(20, evil, evil),
      toolRan(30, evil, { arguments: { note: evil }, output: evil, speechId: evil }),
      { type: 'error', createdAt: sampleStart, source: 'llm', error: { name: 'Error', message: evil }, recoverable: true },
      { type: 'recovered', createdAt: sampleStart, source: 'llm', action: evil },
      { type: 'dtmf', createdAt: sampleStart, digit: evil },
    ],
    { title: evil, audio: { type: 'file', name: evil } },
  );
  expect(page).not.toContain('<img');
  expect(page).not.toContain("' onload='");
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(page.match(/<\/script/g)).toHaveLength(2);
});

test('data inside a script element can neither close it nor open a comment', () => {
  const text = '</script><!--\u2028';
  expect(scriptJson({ text })).toBe(String.raw`{"text":"\u003c/script>\u003c!--\u2028"}`);
  expect(JSON.parse(scriptJson({ text }))).toEqual({ text });
  expect(escapeHtml(`<a href="x" title='y'>&`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;');
});

test('the page asks the network for nothing', () => {
  const page = pageOf(sampleCall.events);
  expect(page.match(/(?:src|href|url)[=(]["']?(?!data:)[^"')\s]+/g)).toBeNull();
  expect(page).not.toMatch(/https?:|@import|fetch\(/);
});

test('a recording too long to embed is named, with what to do', () => {
  const page = pageOf(sampleCall.events, { audio: { type: 'file', name: 'call.wav' } });
  expect(page).toContain('src="call.wav"');
  expect(page).toContain('keep <code>call.wav</code> beside it');
});

test('a call in which nothing happened is still a page', () => {
  const page = callPage({
    title: 'Empty',
    record: { events: [], startedAt: 0, durationMs: 0 },
    peaks: { ...peaks, left: new Int8Array(0), right: new Int8Array(0) },
    audio: embedded,
    assets,
  });
  expect(page).toContain('Nothing was said.');
  expect(page).toContain('No reply was heard.');
  expect(page).not.toContain('NaN');
});
