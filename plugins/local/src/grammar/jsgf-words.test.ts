import { expect, test } from 'vitest';
import { jsgfWords } from './jsgf-words.js';

test('the words of a grammar are found among all that JSGF has', () => {
  const grammar = `#JSGF V1.0 UTF-8 en;
// a comment with words
grammar com.example.front;
import <com.example.other.*>;
/* another
   comment */
public <order> = [<polite>] /10/ book {tag} a /2.5/ table* for <size>+ ;
<polite> = please | i'd like to; <size> = (two | four) people | a few;`;
  expect(jsgfWords(grammar)).toEqual(['book', 'a', 'table', 'for', 'please', "i'd", 'like', 'to', 'two', 'four', 'people', 'few']);
});

test.each([
  ['yes | no', "a grammar begins with '#JSGF V1.0;'"],
  ['#JSGF V1.0; grammar a; <b> = yes;', "a grammar has a public rule, such as 'public <top> = yes | no;'"],
])('%j is refused', (grammar, message) => {
  expect(() => jsgfWords(grammar)).toThrow(new TypeError(message));
});
