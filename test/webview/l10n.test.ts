import assert from 'node:assert/strict';
import test from 'node:test';
import { loadTranslations, t } from '../../webview/l10n';

test('English is the key and what is shown without a translation', () => {
  loadTranslations('{}');
  assert.equal(t('Frame {0}', 12), 'Frame 12');
  assert.equal(t('{1} before {0}', 'a', 'b'), 'b before a');
});

test('a translation is used, and may change the order', () => {
  loadTranslations(JSON.stringify({ '{0} of {1}': 'von {1} {0}' }));
  assert.equal(t('{0} of {1}', 3, 9), 'von 9 3');
});

test('an argument is text: braces in it are not filled, a missing one leaves its place', () => {
  loadTranslations('');
  assert.equal(t('{0} {1}', '{1}', 'x'), '{1} x');
  assert.equal(t('{0} {1}', 'x'), 'x {1}');
});

test('translations that are none are left out', () => {
  loadTranslations('{"Copy": 7, "Cancel": "Abbrechen"}');
  assert.equal(t('Copy'), 'Copy');
  assert.equal(t('Cancel'), 'Abbrechen');
  loadTranslations('[1');
  assert.equal(t('Cancel'), 'Cancel');
  assert.equal(t('constructor'), 'constructor');
});
