def fresh(x):
    return x.detach().clone().requires_grad_(True)
