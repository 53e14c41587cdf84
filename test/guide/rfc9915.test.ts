/**
 * RFC 9915 (STD 102), which obsoletes RFC 8415: sections that are named exist there, and what it withdrew is told as withdrawn. Titles are
 * from the table of contents of its last draft, draft-ietf-dhc-rfc8415bis-12, without “Implementation status”, which the draft asks to
 * leave out: that gives Security Considerations the number that it had in RFC 8415.
 */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { FINDINGS } from '../../src/analysis/catalogue';
import { OPTIONS6 } from '../../src/codec/dhcpv6/options';
import { CONFIG_FINDINGS } from '../../src/config/catalogue';
import { guide } from '../../src/guide';

const sources = globSync('src/**/*.ts').map((path) => [path, readFileSync(path, 'utf8')] as const);

/** How many subsections each section has; `18.2` counts those of a subsection. */
const SUBSECTIONS: Readonly<Record<string, number>> = {
  ...{ '1': 2, '4': 2, '5': 3, '6': 6, '7': 7, '9': 2, '11': 5, '12': 2, '13': 2, '14': 2, '16': 14, '17': 2 },
  ...{ '18': 3, '18.2': 13, '18.2.10': 5, '18.3': 11, '19': 4, '19.1': 3, '20': 4, '20.4': 3, '21': 25, '22': 4 },
};
/** Introduction to References. */
const SECTIONS = 25;

/** §21.2 to §21.25. */
const OPTION_SECTIONS =
  'Client Identifier|Server Identifier|Identity Association for Non-temporary Addresses|Identity Association for Temporary Addresses|IA Address|Option Request|Preference|Elapsed Time|Relay Message|Authentication|Server Unicast|Status Code|Rapid Commit|User Class|Vendor Class|Vendor-specific Information|Interface-Id|Reconfigure Message|Reconfigure Accept|Identity Association for Prefix Delegation|IA Prefix|Information Refresh Time|SOL_MAX_RT|INF_MAX_RT'.split(
    '|',
  );

/** Codes of the options that RFC 9915 withdrew. */
const WITHDRAWN: readonly number[] = [4, 12];

function exists(section: string): boolean {
  const numbers = section.split('.');
  const last = Number(numbers.pop());
  const most = numbers.length === 0 ? SECTIONS : SUBSECTIONS[numbers.join('.')];
  return last >= 1 && most !== undefined && last <= most;
}

/** The sections of RFC 9915 that a text names: `RFC 9915 §18.2.1, §21.4`. */
const sectionsIn = (text: string): string[] =>
  [...text.matchAll(/RFC 9915((?:,? (?:and |to )?§[\d.]*\d)+)/g)].flatMap(([, list]) =>
    [...list!.matchAll(/§([\d.]*\d)/g)].map(([, section]) => section!),
  );

test('every section of RFC 9915 that is named anywhere is one of its sections', () => {
  assert.deepEqual(['18.4', '13.3', '6.7', '21.26', '26'].filter(exists), []);
  assert.deepEqual(sectionsIn('RFC 9915 §18.2.1, §21.4; RFC 4862 §5.4'), ['18.2.1', '21.4']);
  let seen = 0;
  for (const [path, text] of sources)
    for (const section of sectionsIn(text)) {
      assert.ok(exists(section), `${path}: §${section}`);
      seen++;
    }
  assert.ok(seen > 120, `${seen} sections`);
});

test('each option of the protocol names the section with its title, the withdrawn ones in RFC 8415, which had the same numbers', () => {
  for (const [i, title] of OPTION_SECTIONS.entries()) {
    const row = [...OPTIONS6.values()].find(({ name }) => name === title);
    assert.ok(row, title);
    assert.equal(row.rfc, `RFC ${WITHDRAWN.includes(row.code) ? 8415 : 9915} §21.${i + 2}`, title);
  }
});

test('RFC 8415 is named only for what its successor left out', () => {
  for (const { code, rfc } of OPTIONS6.values()) if (!WITHDRAWN.includes(code)) assert.doesNotMatch(rfc, /RFC 8415/);
  for (const { id, reference, meaning } of [...FINDINGS.values(), ...CONFIG_FINDINGS.values()])
    assert.doesNotMatch(`${reference} ${meaning}`, /RFC 8415/, id);
  for (const { id, references } of guide().values())
    if (!['topic/rfc9915', 'option6/4', 'option6/12'].includes(id))
      assert.doesNotMatch(references.join(), /RFC 8415/, id);
});

test('what is withdrawn is told where a learner meets it', () => {
  const told = (id: string): string => JSON.stringify(guide().get(id));
  for (const id of ['option6/4', 'option6/12', 'finding/v6-status']) assert.match(told(id), /RFC 9915 withdrew/, id);
  assert.match(told('option6/13'), /UseMulticast.*withdrawn/);
  assert.match(told('topic/rfc9915'), /Option 4, IA_TA.*Option 12, Server Unicast.*Status code 5, UseMulticast/);
  // Where a withdrawn option may stand is no longer told.
  assert.doesNotMatch(OPTIONS6.get(5)!.purpose, /IA_TA/);
});
