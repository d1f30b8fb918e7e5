"""Lets papermill set the parameters of notebooks on the Distillery kernel. Installed by `distillery kernel install`.

papermill has no translator for TypeScript, and no place to announce one; but it loads the engines that packages announce, and loading this one registers the
translator.
"""

import json
import re

from papermill.engines import NBClientEngine
from papermill.translators import Translator, papermill_translators


class DistilleryTranslator(Translator):
    @classmethod
    def codify(cls, parameters, comment="Parameters"):
        """The cell that papermill puts behind the one tagged `parameters`: it declares the parameters' names anew, with values that have been checked."""
        names = [name for name in parameters if re.fullmatch(r"[A-Za-z_$][\w$]*", name)]
        bound = f"const {{ {', '.join(names)} }} = " if names else ""
        values = json.dumps(parameters, indent=2)
        return (
            f"// {comment}\n"
            "import { givenParameters } from '@distillery/notebook';\n"
            f"{bound}givenParameters({values});\n"
        )


class DistilleryEngine(NBClientEngine):
    """papermill's own engine, under a name that makes papermill load this file."""


papermill_translators.register("distillery", DistilleryTranslator)
papermill_translators.register("typescript", DistilleryTranslator)
