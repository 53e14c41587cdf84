import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from '../support/tshark';
import { folder } from './captures';

/** What tshark says of one filter: the frames that pass, or that it cannot be understood. */
export type Answer = readonly number[] | 'mistake';

/** Asks tshark of many filters at once, by a script in the language that it can be extended with: one process for all of them. */
export async function tsharkAnswers(file: string, filters: readonly string[]): Promise<Answer[]> {
  const script = join(folder, 'ask.lua');
  const results = join(folder, 'answers');
  writeFileSync(script, scriptOf(filters, results), 'latin1');
  writeFileSync(results, '');
  await output('tshark', ['-q', '-n', '-r', file, '-X', `lua_script:${script}`]);
  const answers: Answer[] = filters.map(() => []);
  for (const line of readFileSync(results, 'utf8').split('\n')) {
    const [index, found] = line.split('\t');
    if (index) answers[Number(index)] = found === 'mistake' ? found : found!.split(' ').filter(Boolean).map(Number);
  }
  return answers;
}

function scriptOf(filters: readonly string[], results: string): string {
  const quoted = filters.map(
    (filter) =>
      `"${Buffer.from(filter, 'utf8')
        .toString('latin1')
        .replace(/["\\\n\r]/g, (c) => `\\${c.charCodeAt(0).toString().padStart(3, '0')}`)}"`,
  );
  return `local filters = {\n${quoted.join(',\n')}\n}
local out = io.open("${results}", "w")
for i, filter in ipairs(filters) do
  local ok, tap = pcall(Listener.new, "frame", filter)
  if not ok then out:write((i - 1) .. "\\tmistake\\n") else
    local frames = {}
    function tap.packet(pinfo) frames[#frames + 1] = pinfo.number end
    function tap.draw() out:write((i - 1) .. "\\t" .. table.concat(frames, " ") .. "\\n") out:flush() end
  end
end
out:flush()
`;
}
