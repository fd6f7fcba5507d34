"""tour"""


def run(folder): ...
