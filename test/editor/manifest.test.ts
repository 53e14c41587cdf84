/** What package.json says to people has to be what the code does. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DEFAULT_THRESHOLDS } from '../../src/analysis';
import { customOptionProblem } from '../../src/codec/customTypes';
import { BY_DEFAULT, LEASES_VIEW_TYPE, VIEW_TYPES } from '../../src/editor/viewTypes';

interface Schema {
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly items?: { readonly properties?: Readonly<Record<string, Schema>> };
  readonly properties?: Readonly<Record<string, Schema>>;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  capabilities: {
    untrustedWorkspaces: { supported: unknown; restrictedConfigurations: string[]; description: string };
  };
  contributes: {
    configuration: { properties: Record<string, Schema> };
    customEditors: { viewType: string; priority: string; selector: { filenamePattern: string }[] }[];
    commands: { command: string }[];
    menus: Record<string, { command: string }[]>;
  };
};
const { contributes } = manifest;
const settings = contributes.configuration.properties;

test('the thresholds that the settings offer are all there are, with the defaults that hold', () => {
  const offered = Object.entries(settings['port67.thresholds']!.properties!).map(([key, schema]) => [
    key,
    schema.default,
  ]);
  assert.deepEqual(Object.fromEntries(offered), DEFAULT_THRESHOLDS);
});

test('every type that the settings offer for an option of one’s own is one, and no other', () => {
  const { type, protocol } = settings['port67.customOptions']!.items!.properties!;
  for (const name of type!.enum!) {
    for (const family of protocol!.enum!) {
      assert.equal(customOptionProblem({ code: 224, name: 'Site', type: name, protocol: family }), undefined, name);
    }
  }
  assert.notEqual(customOptionProblem({ code: 224, name: 'Site', type: 'colour' }), undefined);
});

test('the editors and commands of the manifest are those that are registered', () => {
  assert.deepEqual(
    contributes.customEditors.map(({ viewType }) => viewType),
    [...Object.values(VIEW_TYPES), LEASES_VIEW_TYPE],
  );
  const commands = contributes.commands.map(({ command }) => command);
  for (const items of Object.values(contributes.menus)) {
    for (const { command } of items) assert.ok(commands.includes(command), command);
  }
});

test('the names that open by default are those that the code takes to do so', () => {
  for (const { viewType, priority, selector } of contributes.customEditors) {
    assert.equal(priority, viewType === VIEW_TYPES.byDefault ? 'default' : 'option');
    for (const { filenamePattern } of selector) {
      const name = filenamePattern.replace('[0-9]*', '7').replace('*', 'some');
      assert.equal(BY_DEFAULT.test(name), priority === 'default', name);
    }
  }
  assert.equal(BY_DEFAULT.test('notes.gz'), false);
});

test('in a workspace that is not trusted none of its settings hold: each could hide a finding', () => {
  const { supported, restrictedConfigurations, description } = manifest.capabilities.untrustedWorkspaces;
  // VS Code looks at the list only where the support is said to be limited.
  assert.equal(supported, 'limited');
  assert.deepEqual(restrictedConfigurations, Object.keys(settings));
  assert.notEqual(description, '');
});
