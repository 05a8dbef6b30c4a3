/**
 * ONNX Runtime's official builds report on whoever runs them, unless they are told not to before a process' first session. They are
 * told here, when this module is loaded: it has to be, before a session is opened or a thread started that opens one.
 *
 * On Linux and macOS `ORT_DISABLE_TELEMETRY` ends it whole: no uploader, no identifier of the machine, no file. The libraries for
 * Windows do not read it. They leave events to the system, which may send them where its settings allow, and
 * `ORT_RUNNING_UNIT_TESTS` alone keeps them from that (onnxruntime/core/platform/{posix,windows}/telemetry.cc, 1.30).
 */
import { InputError } from '../errors.js';

const switches = ['ORT_DISABLE_TELEMETRY', ...(process.platform === 'win32' ? ['ORT_RUNNING_UNIT_TESTS'] : [])];

/** A person may let ONNX Runtime do as it does by itself. */
const isAllowed = (): boolean => process.env.VGGDRAW_ALLOW_ORT_TELEMETRY === '1';

if (!isAllowed()) turnOff();

/** ONNX Runtime asks once in a process, at its first session, and so does this thread. */
let isSettled = false;

/**
 * To be called before a session is opened. What a thread other than the main one writes to `process.env` reaches a copy, which native
 * code doesn't see; so it is looked at what the process really has.
 * @throws InputError where ONNX Runtime would not see that it has to be silent.
 */
export function forbidTelemetry(): void {
  if (isSettled || isAllowed()) return;
  turnOff();
  const environment = processEnvironment();
  isSettled = switches.every((name) => environment[name] === '1');
  if (isSettled) return;
  throw new InputError(
    'ONNX Runtime would send telemetry, because what a thread sets in its environment does not reach the process; import vggdraw ' +
      `in the main thread as well, or start the process with ${switches.map((name) => `${name}=1`).join(' and ')} ` +
      '(VGGDRAW_ALLOW_ORT_TELEMETRY=1 allows it)',
  );
}

function turnOff(): void {
  // Whatever they are: to ONNX Runtime `0` and `never` mean that it may.
  for (const name of switches) process.env[name] = '1';
}

/** The environment as native code sees it: of all that Node offers only its diagnostic report shows that one in every thread. */
function processEnvironment(): Readonly<Record<string, string>> {
  const report = process.report as typeof process.report & { excludeNetwork?: boolean; excludeEnv?: boolean };
  const { excludeNetwork, excludeEnv } = report;
  // It would look up the names of peers, too.
  Object.assign(report, { excludeNetwork: true, excludeEnv: false });
  try {
    return (report.getReport() as { environmentVariables?: Record<string, string> }).environmentVariables ?? {};
  } finally {
    Object.assign(report, { excludeNetwork, excludeEnv });
  }
}
