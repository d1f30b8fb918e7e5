"""Writes layout.ts: where the fields of the PJRT C API's structs lie that this library uses.

    python3 make_layout.py pjrt_c_api.h > layout.ts

The header is public and comes with PyPI's wheel xla-cpu-pjrt (xla_plugins/xla_cpu_pjrt/include). Sizes and offsets are a C compiler's
for a 64-bit machine. Between minor versions of the API structs and the table of functions only grow at their ends.
"""

import os
import re
import subprocess
import sys
import tempfile

FUNCTIONS = """
Error_Destroy Error_Message Error_GetCode Plugin_Initialize Event_Destroy Event_IsReady Event_Await Client_Create Client_Destroy
Client_PlatformName Client_PlatformVersion Client_AddressableDevices Client_Compile Client_BufferFromHostBuffer
DeviceDescription_Kind Device_GetDescription Device_MemoryStats Executable_Destroy Executable_NumOutputs Executable_Serialize
Executable_GetCompiledMemoryStats Executable_OptimizedProgram Executable_DeserializeAndLoad LoadedExecutable_Destroy
LoadedExecutable_GetExecutable LoadedExecutable_Execute Buffer_Destroy Buffer_ToHostBuffer
""".split()
STRUCTS = [f'{name}_Args' for name in FUNCTIONS] + ['NamedValue', 'Program', 'ExecuteOptions', 'Api_Version']


def fields_of(body):
    # A union's members share one place; the union of PJRT_NamedValue is its value.
    body = re.sub(r'union \{.*?\};', lambda union: re.findall(r'(\w+)\s*;', union[0])[0] + ';', body, flags=re.S)
    body = re.sub(r'\(\*(\w+)\)\s*\([^)]*\)', r'\1', body)  # pointers to functions
    return [name for name in re.findall(r'(\w+)\s*;', body) if not name.isdigit()]


def program(header, structs):
    lines = ['#include <stdio.h>', '#include <stddef.h>', f'#include "{header}"', 'int main(void) {']
    for name, fields in structs.items():
        lines.append(f'printf("  {name}: {{\\n    size: %zu,\\n    fields: {{\\n", sizeof(struct PJRT_{name}));')
        for field in fields:
            of = f'struct PJRT_{name}'
            lines.append(f'printf("      {field}: [%zu, %zu],\\n", offsetof({of}, {field}), sizeof((({of}*)0)->{field}));')
        lines.append('printf("    },\\n  },\\n");')
    lines.append('printf("} as const;\\n\\n/** Offsets of function pointers in PJRT_Api. */\\nexport const FUNCTIONS = {\\n");')
    for name in FUNCTIONS:
        lines.append(f'printf("  {name}: %zu,\\n", offsetof(PJRT_Api, PJRT_{name}));')
    return '\n'.join([*lines, 'printf("} as const;\\n");', 'return 0; }'])


def main():
    header = os.path.abspath(sys.argv[1])
    text = re.sub(r'//[^\n]*', '', open(header).read())
    bodies = dict(re.findall(r'\nstruct PJRT_(\w+) \{\n(.*?)\n\};', text, re.S))
    structs = {name: fields_of(bodies[name]) for name in STRUCTS}
    [major], [minor] = (re.findall(rf'#define PJRT_API_{part} (\d+)', text) for part in ('MAJOR', 'MINOR'))
    with tempfile.TemporaryDirectory() as folder:
        source, binary = os.path.join(folder, 'layout.c'), os.path.join(folder, 'layout')
        with open(source, 'w') as file:
            file.write(program(header, structs))
        subprocess.run(['cc', '-w', source, '-o', binary], check=True)
        out = subprocess.run([binary], check=True, capture_output=True, text=True).stdout
    print(f'// Made by make_layout.py of pjrt_c_api.h {major}.{minor}: do not edit.\n')
    print(f'/** Version of the PJRT C API that the offsets are of. */\nexport const API_VERSION = {{ major: {major}, minor: {minor} }} as const;\n')
    print('/** Structs without `PJRT_`: their sizes, and of every field the offset and the size. */\nexport const STRUCTS = {')
    print(out, end='')


main()
