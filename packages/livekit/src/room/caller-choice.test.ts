import { expect, test } from 'vitest';
import { type CallerEvent, type CallerRules, type CallerState, type Candidate, nextCaller } from './caller-choice.js';

const rules: CallerRules = { localIdentity: 'agent-1', kinds: ['standard', 'sip', 'connector'], endsWhenCallerLeaves: true };
const ada: Candidate = { identity: 'ada', kind: 'standard' };
const bob: Candidate = { identity: 'bob', kind: 'sip' };
const recorder: Candidate = { identity: 'recorder', kind: 'egress' };
const avatar: Candidate = { identity: 'avatar', kind: 'standard', onBehalfOf: 'agent-1' };
const isAda: CallerState = { type: 'present', identity: 'ada' };
const isAway: CallerState = { type: 'away', identity: 'ada' };
const left = (isForGood: boolean, ...candidates: Candidate[]): CallerEvent => ({ type: 'left', identity: 'ada', isForGood, candidates });

const cases: readonly [sentence: string, state: CallerState, event: CallerEvent, next: CallerState][] = [
  ['the first who fits is the caller', { type: 'awaited' }, { type: 'roster', candidates: [recorder, avatar, ada, bob] }, isAda],
  [
    'recorders, other agents and the own avatar are not',
    { type: 'awaited' },
    { type: 'roster', candidates: [recorder, avatar] },
    { type: 'awaited' },
  ],
  ['a telephone is', { type: 'awaited' }, { type: 'roster', candidates: [bob] }, { type: 'present', identity: 'bob' }],
  ['who comes later changes nothing', isAda, { type: 'roster', candidates: [bob, ada] }, isAda],
  ['the caller who hangs up ends the call', isAda, left(true, bob), { type: 'gone' }],
  [
    'who leaves beside the caller changes nothing',
    { type: 'present', identity: 'bob' },
    left(true, bob),
    { type: 'present', identity: 'bob' },
  ],
  ['who was lost is waited for', isAda, left(false, bob), isAway],
  ['nobody takes the place of who was lost', isAway, { type: 'roster', candidates: [bob] }, isAway],
  ['who comes back goes on', isAway, { type: 'roster', candidates: [bob, ada] }, isAda],
  ['who does not come back ends the call', isAway, { type: 'not-returned', candidates: [bob] }, { type: 'gone' }],
  ['who came back in time has not been waited for in vain', isAda, { type: 'not-returned', candidates: [ada] }, isAda],
  ['the room that ends ends the call', isAda, { type: 'room-ended' }, { type: 'gone' }],
  ['over is over', { type: 'gone' }, { type: 'roster', candidates: [ada] }, { type: 'gone' }],
  ['another may be chosen', isAda, { type: 'chosen', identity: 'bob', candidates: [ada, bob] }, { type: 'present', identity: 'bob' }],
  [
    'one who is chosen may be of any kind',
    isAda,
    { type: 'chosen', identity: 'recorder', candidates: [ada, recorder] },
    { type: 'present', identity: 'recorder' },
  ],
  ['one who is chosen may still have to come', isAda, { type: 'chosen', identity: 'eve', candidates: [ada] }, { type: 'awaited' }],
];

test.each(cases)('%s', (...[, state, event, next]) => {
  expect(nextCaller(state, event, rules)).toEqual(next);
});

test('where the call goes on without the caller, the next who fits takes their place', () => {
  const goesOn = { ...rules, endsWhenCallerLeaves: false };
  expect(nextCaller(isAda, left(true, recorder, bob), goesOn)).toEqual({ type: 'present', identity: 'bob' });
  expect(nextCaller(isAda, left(true, recorder), goesOn)).toEqual({ type: 'awaited' });
});

test('where one is named, nobody else will do', () => {
  const named = { ...rules, identity: 'bob' };
  expect(nextCaller({ type: 'awaited' }, { type: 'roster', candidates: [ada] }, named)).toEqual({ type: 'awaited' });
  expect(nextCaller({ type: 'awaited' }, { type: 'roster', candidates: [ada, bob] }, named)).toEqual({ type: 'present', identity: 'bob' });
});
