/** The table of what can be done with each operator, from the rules themselves. */
import type { GradientRule } from '../../src/onnx/gradient/context.js';
import { stop } from '../../src/onnx/gradient/context.js';
import { stops } from '../../src/onnx/gradient/stops.js';
import { gradientRules, hasKernel, inferredOperators, targets } from '../../src/onnx/index.js';
import { lastOpset } from '../../src/onnx/provider-kernels.js';
import { type StandardInput, standardOperators } from './standard.js';

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** What there is of the gradient of an operator's inputs. */
function gradientOf(operator: string, inputs: readonly StandardInput[]): string {
  if (stops.has(operator)) return 'ends here';
  const rule: GradientRule | undefined = gradientRules[operator];
  const floats = inputs.filter(({ mayBeFloat }) => mayBeFloat).map(({ name }) => name);
  if (rule === undefined) return floats.length === 0 ? '' : '–';
  if ('formula' in rule) return `${code(floats)} (by formula)`;
  if (typeof rule === 'function') return code(floats);
  const perInput = 'ofAllOutputs' in rule ? rule.ofAllOutputs : rule;
  const named = (kind: (input: number) => boolean) =>
    inputs.flatMap(({ name, mayBeFloat }, i) => (mayBeFloat && kind(i) ? [name] : []));
  const given = named((i) => Boolean(perInput[i]) && perInput[i] !== stop);
  const ending = named((i) => perInput[i] === stop);
  const missing = named((i) => !perInput[i]);
  return [
    code(given),
    ending.length > 0 ? `ends at ${code(ending)}` : '',
    missing.length > 0 ? `not ${code(missing)}` : '',
  ]
    .filter(Boolean)
    .join('; ');
}

export function operatorTable(): string {
  const rows = [...standardOperators].map(([operator, inputs]) => {
    const shape = inferredOperators.includes(operator) ? 'yes' : '–';
    const computing = targets
      .filter((target) => hasKernel(target, operator, 'float32'))
      .map((target) => [target, lastOpset(target, operator)].join(' ').trim());
    return `| ${operator} | ${shape} | ${gradientOf(operator, inputs)} | ${computing.join(', ')} |`.replaceAll(
      / {2,}/g,
      ' ',
    );
  });
  return [
    '# Operators',
    '',
    'Made by `npm run operator-table` from the rules of `src/onnx`: the operators of ai.onnx to operator set 22.',
    '',
    '- **shape**: whether the types of its outputs are inferred from those of its inputs, of which sides may be left open.',
    '- **gradient**: the inputs that have one. "By formula" where the operator is differentiated through what it is made of; "ends here"',
    '  where it is constant but for jumps, or random, so that what lies before it has a gradient of zero, as in PyTorch. Where there is',
    '  nothing (–), an operator on the way from `wrt` to `of` is an error that names the node.',
    '- **computed by**: the execution providers that gradients can be written for and that are known to have a kernel for it over',
    '  float32, up to the operator set that is named (none: all); whether the gradient is computed there says `onnx.unsupportedNodes`.',
    '',
    '| operator | shape | gradient | computed by |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}
