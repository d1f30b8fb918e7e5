import { join, relative } from 'node:path';
import { makeFolders } from '../../make-folders';
import { runTool } from '../run-tool';

/** The version of Node-API that the addon asks for: every Node from 20 on has it, so that one build serves all. */
const NODE_API = 8;

export async function findCompiler(): Promise<string> {
  const command = process.env['CXX'] || 'g++';
  await runTool({
    command,
    args: ['--version'],
    need: "a C++ compiler is needed to build TensorFlow's addon (on Debian and Ubuntu: apt install g++)",
    failure: `the C++ compiler ${command} does not work`,
  });
  return command;
}

interface Build {
  readonly compiler: string;
  /** Where `tensorflow` and `node_modules` are. */
  readonly root: string;
  /** The package's folder, into whose `lib` the addon goes. */
  readonly source: string;
  /** Node-API's own. */
  readonly headers: string;
}

/** Compiles the addon. It finds TensorFlow relative to itself, so that the root can be moved. */
export async function compileAddon({ compiler, root, source, headers }: Build, onOutput?: (text: string) => void): Promise<void> {
  const lib = join(source, 'lib', `napi-v${NODE_API}`);
  const tensorflow = join(root, 'tensorflow');
  makeFolders(lib);
  onOutput?.('compiling the addon\n');
  await runTool({
    command: compiler,
    args: [
      ...['-shared', '-fPIC', '-O2', '-std=c++17', `-DNAPI_VERSION=${NODE_API}`],
      ...[headers, join(tensorflow, 'include'), source].map((folder) => `-I${folder}`),
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => join(source, 'binding', file)),
      ...['-o', join(lib, 'tfjs_binding.node'), `-L${tensorflow}`, '-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
      `-Wl,-rpath,$ORIGIN/${relative(lib, tensorflow)}`,
    ],
    need: "a C++ compiler is needed to build TensorFlow's addon",
    failure: "TensorFlow's addon could not be compiled",
  });
}
