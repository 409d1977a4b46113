import { expect, it } from 'vitest';
import { citationsOf, NOT_YET_COVERED, readCitations, readRules, rulesOf } from '#scripts/rules.ts';

it('[F4] a rule is a line of its own, a citation stands at the start of a title', () => {
  expect(rulesOf('## F\n\n- **F1** One.\n- **F12** Two.\nsee **F3** and F4\n')).toEqual(['F1', 'F12']);
  // Put together here, or this line would itself count as a citation.
  const titles = ["'", '`', '"'].map((quote) => `it(${quote}[Z1][Z2, Z3] a${quote}); it(${quote}see [Z4]${quote});`);
  expect(citationsOf(titles.join('\n'))).toEqual(['Z1', 'Z2', 'Z3', 'Z1', 'Z2', 'Z3', 'Z1', 'Z2', 'Z3']);
});

it('[F4] no number is given twice', async () => {
  const rules = await readRules();
  expect(rules.filter((id, at) => rules.indexOf(id) !== at)).toEqual([]);
});

it('[F4] every rule that a test cites is in docs/spec.md', async () => {
  const rules = new Set(await readRules());
  const unknown = [...(await readCitations())].filter(([id]) => !rules.has(id));
  expect(unknown.map(([id, files]) => `${id} in ${files.join(', ')}`).sort()).toEqual([]);
});

it('[F4] every rule in docs/spec.md is cited by a test, but for those listed as not yet covered', async () => {
  const citations = await readCitations();
  const uncited = (await readRules()).filter((id) => !citations.has(id));
  expect(uncited).toEqual([...NOT_YET_COVERED]);
});
